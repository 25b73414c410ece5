import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { RequestPacer } from '../../../collection/ports.ts';
import type { SourceId } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';

/**
 * LookupEvents allows two requests a second per account and region (AWS's CloudTrail quotas; not adjustable). Two turns lie a
 * little more than half a second apart, so that three never fall into one second however their way to AWS varies.
 */
export const lookupTurnMs = 550;

/**
 * One limiter for all workers and uses: a row per account and region holds when the next request may be sent, and a turn
 * is taken by one statement. A worker that dies with a turn in hand wastes that turn and nothing else.
 */
export function createRequestPacer(db: StoreDb, turnMs: number = lookupTurnMs): RequestPacer {
  return {
    async turn(sourceId) {
      const waitMs = await takeTurn(db, sourceId, turnMs);
      if (waitMs > 0) await sleep(waitMs);
    },
  };
}

/** Books the next turn of a source and says how many milliseconds from now it is; the database's clock decides. */
export async function takeTurn(db: StoreDb, sourceId: SourceId, turnMs: number): Promise<number> {
  const turn = sql`make_interval(secs => ${turnMs / 1000}::double precision)`;
  const { rows } = await sql<{ readonly wait_ms: number }>`
    insert into request_pacing as pacing (source_id, next_allowed_at)
    values (${sourceId}, clock_timestamp() + ${turn})
    on conflict (source_id) do update
      set next_allowed_at = greatest(pacing.next_allowed_at, clock_timestamp()) + ${turn}
    returning greatest(0, ceil(extract(epoch from next_allowed_at - ${turn} - clock_timestamp()) * 1000))::integer as wait_ms
  `.execute(db);
  return rows[0]?.wait_ms ?? 0;
}
