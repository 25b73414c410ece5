import type { AccountId } from '../../../model/ids.ts';
import { instantOfMs } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';

/** A call that AWS answered, as AWS clients report it. */
export interface ReportedCall {
  readonly awsRequestId: string;
  readonly operation: string;
  readonly accountId: AccountId | null;
  readonly atMs: number;
  readonly session: { readonly intentId?: string } | null;
}

/** Writes answered calls to the log of our own calls, behind the back of whoever makes them. */
export interface OwnCallRecorder {
  /** Takes a call and returns at once: what follows a call to IAM must not wait for a database. */
  note(call: ReportedCall): void;
  /** Waits until all that was noted is written; rejects with the first failure since the last flush. */
  flush(): Promise<void>;
}

/** An {@link OwnCallRecorder} over the store. */
export function createOwnCallRecorder(db: StoreDb): OwnCallRecorder {
  const pending = new Set<Promise<void>>();
  let failure: unknown = null;
  return {
    note: (call) => {
      const writing: Promise<void> = writeCall(db, call)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => pending.delete(writing));
      pending.add(writing);
    },
    flush: async () => {
      await Promise.all(pending);
      const failed = failure;
      failure = null;
      if (failed !== null) throw failed;
    },
  };
}

async function writeCall(db: StoreDb, call: ReportedCall): Promise<void> {
  await db
    .insertInto('own_calls')
    .values({
      aws_request_id: call.awsRequestId,
      operation: call.operation,
      at: instantOfMs(call.atMs),
      account_id: call.accountId,
      region: null,
      intent_id: call.session?.intentId ?? null,
      footprint_at: null,
      missed_at: null,
    })
    .onConflict((conflict) => conflict.column('aws_request_id').doNothing())
    .execute();
}
