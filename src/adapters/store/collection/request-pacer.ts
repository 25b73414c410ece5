import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { RequestPacer } from '../../../collection/ports.ts';
import type { SourceId } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';

/**
 * LookupEvents allows two requests a second per account and region (AWS's CloudTrail quotas; not adjustable). Two turns lie a
 * little more than half a second apart, so that three never fall into one second as long as none is sent later than its turn by
 * {@link toleratedLatenessMs}; one that is later counts from when it is sent.
 */
export const lookupTurnMs = 550;
/** Half of what three turns have more than a second: what their ways to AWS differ by has the other half. */
export const toleratedLatenessMs = lookupTurnMs - 500;

/** Where turns are booked: one row for each source, in the store. */
export interface TurnBook {
  /** Books the next turn and says how many milliseconds from now it is. */
  take(sourceId: SourceId): Promise<number>;
  /** A turn is used now, later than it was booked for: the next one is counted from now. */
  countFromNow(sourceId: SourceId): Promise<void>;
}

/** The time of this machine, in milliseconds from any beginning, and waiting in it. */
export interface WaitingClock {
  now(): number;
  wait(ms: number): Promise<unknown>;
}

const ownClock: WaitingClock = { now: () => performance.now(), wait: (ms) => sleep(ms) };

/**
 * One limiter for all workers and uses: a row per account and region holds when the next request may be sent, and a turn
 * is taken by one statement. A worker that dies with a turn in hand wastes that turn and nothing else.
 */
export function createRequestPacer(db: StoreDb, turnMs: number = lookupTurnMs): RequestPacer {
  return pacerOver(
    {
      take: (sourceId) => takeTurn(db, sourceId, turnMs),
      countFromNow: (sourceId) => countFromNow(db, sourceId, turnMs),
    },
    ownClock,
  );
}

/** Waits for turns of a book. A busy machine wakes late, and a third request could then fall into the second of the first. */
export function pacerOver(book: TurnBook, clock: WaitingClock): RequestPacer {
  return {
    async turn(sourceId) {
      const askedAt = clock.now();
      const waitMs = await book.take(sourceId);
      if (waitMs > 0) await clock.wait(waitMs);
      // The turn was at the earliest so long after it was asked for.
      const latenessMs = clock.now() - (askedAt + waitMs);
      if (latenessMs > toleratedLatenessMs) await book.countFromNow(sourceId);
    },
  };
}

/** Books the next turn of a source and says how many milliseconds from now it is; the database's clock decides. */
export async function takeTurn(db: StoreDb, sourceId: SourceId, turnMs: number): Promise<number> {
  const turn = interval(turnMs);
  const { rows } = await sql<{ readonly wait_ms: number }>`
    insert into request_pacing as pacing (source_id, next_allowed_at)
    values (${sourceId}, clock_timestamp() + ${turn})
    on conflict (source_id) do update
      set next_allowed_at = greatest(pacing.next_allowed_at, clock_timestamp()) + ${turn}
    returning greatest(0, ceil(extract(epoch from next_allowed_at - ${turn} - clock_timestamp()) * 1000))::integer as wait_ms
  `.execute(db);
  return rows[0]?.wait_ms ?? 0;
}

/** Leaves the next turn of a source no nearer than one turn from now. */
export async function countFromNow(db: StoreDb, sourceId: SourceId, turnMs: number): Promise<void> {
  await sql`
    update request_pacing set next_allowed_at = clock_timestamp() + ${interval(turnMs)}
    where source_id = ${sourceId} and next_allowed_at < clock_timestamp() + ${interval(turnMs)}
  `.execute(db);
}

function interval(ms: number) {
  return sql`make_interval(secs => ${ms / 1000}::double precision)`;
}
