import { type Kysely, sql } from 'kysely';
import type { Verdict } from '../../../model/case-state.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import { endedKinds } from '../detection/alert-store.ts';
import { releaseIdentities } from './case-growth.ts';
import type { Database, StoreDb } from '../database.ts';
import { loadUnsettledKeys } from '../response/unsettled-key-store.ts';

/**
 * Gives a case all its alerts that it has not claimed yet, and stills its doorbell, in one transaction: an alert that is
 * assigned while this runs waits for it, is not claimed by it, and rings again.
 *
 * @param at of the claim: one that is repeated says what the first has claimed.
 * @returns how many alerts were claimed at that instant, or now where none is given; each alert is counted in one claim only.
 */
export async function claimAlerts(db: Kysely<Database>, caseId: CaseId, at?: Instant): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    await stillDoorbell(transaction, caseId);
    const claimed = await transaction
      .updateTable('alerts')
      .set({ claimed_at: instantOrNow(at) })
      .where('case_id', '=', caseId)
      .where((where) =>
        where.or([where('claimed_at', 'is', null), ...(at === undefined ? [] : [where('claimed_at', '=', at)])]),
      )
      .returning('status_kind')
      .execute();
    if (at === undefined) return claimed.length;
    return claimed.filter(({ status_kind: kind }) => !endedKinds.some((ended) => ended === kind)).length;
  });
}

/** How many cases were rung and have not taken their alerts yet. */
export async function countRung(db: StoreDb): Promise<number> {
  const { count } = await db
    .selectFrom('cases')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('ring_pending', '=', true)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Closes a case unless an alert of it waits unclaimed, or a key of its response may be live; later alerts of its actor open the next
 * case.
 *
 * @returns true where the case is closed, now or before; false where it must go on first, or is not known.
 */
export async function closeCaseIfNoUnclaimed(
  db: Kysely<Database>,
  caseId: CaseId,
  verdict: Verdict,
  at?: Instant,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const known = await lockCase(transaction, caseId);
    if (known === null || known.merged) return false;
    if (known.closed) return true;
    if (await hasUnclaimed(transaction, caseId)) return false;
    if ((await loadUnsettledKeys(transaction, caseId)).length > 0) return false;
    await transaction
      .updateTable('cases')
      .set({ status: 'closed', verdict, closed_at: instantOrNow(at), ring_pending: false, ring_pending_since: null })
      .where('id', '=', caseId)
      .execute();
    await releaseIdentities(transaction, caseId);
    return true;
  });
}

/** Keeps detection from assigning alerts to the case until the transaction ends, too; a merged case has heard of it. */
async function stillDoorbell(db: StoreDb, caseId: CaseId): Promise<void> {
  await db
    .updateTable('cases')
    .set({
      ring_pending: false,
      ring_pending_since: null,
      end_told: sql<boolean>`end_told or status = 'merged'`,
    })
    .where('id', '=', caseId)
    .execute();
}

/** Keeps detection from assigning alerts to the case until the transaction ends. */
async function lockCase(
  db: StoreDb,
  caseId: CaseId,
): Promise<{ readonly closed: boolean; readonly merged: boolean } | null> {
  const row = await db
    .selectFrom('cases')
    .select(['closed_at', 'status'])
    .where('id', '=', caseId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : { closed: row.closed_at !== null, merged: row.status === 'merged' };
}

async function hasUnclaimed(db: StoreDb, caseId: CaseId): Promise<boolean> {
  const row = await db
    .selectFrom('alerts')
    .select('id')
    .where('case_id', '=', caseId)
    .where('claimed_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function instantOrNow(at: Instant | undefined) {
  return at ?? sql<Instant>`clock_timestamp()`;
}
