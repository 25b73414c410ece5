import { type RawBuilder, sql } from 'kysely';
import type { AccountId, Instant, SourceId } from '../../../model/ids.ts';
import { lockUntilCommit } from '../advisory-lock.ts';
import type { StoreDb } from '../database.ts';
import { writeThings } from '../events/event-thing-store.ts';
import { writeLinks } from '../events/link-store.ts';

/**
 * A source that showed the event has read the window that it lies in. `offset 0` lets the planner ask this for each event that is not
 * published yet, by the sightings' key, and in no other way: without fresh statistics, it went from sightings to events by the index
 * of those that are not published, and looked through all of them for each. Windows are disjoint: the last one that begins before
 * the event is the only one that may hold it, however long the ledger is.
 */
const isCovered = sql`exists (
  select 1 from sightings sighting cross join lateral (
    select w.state, w.to_at from windows w
    where w.source_id = sighting.source_id and w.from_at <= event.event_time
    order by w.from_at desc limit 1
  ) latest
  where sighting.account_id = event.account_id and sighting.event_id = event.event_id
    and sighting.revision = event.revision
    and latest.state = 'covered' and event.event_time < latest.to_at + interval '1 second'
  offset 0
)`;

/** Marks events that came after their window had been published; to be called before new windows are taken in as covered. */
export async function markLate(db: StoreDb, accountId: AccountId): Promise<void> {
  if (!(await hasUnpublished(db, accountId))) return;
  await sql`
    update events event set late = true
    where event.account_id = ${accountId} and event.published_seq is null and not event.late and ${isCovered}
  `.execute(db);
}

/**
 * Numbers, in event-time order, all events of the account that are not visible to detection yet and lie in a covered window
 * of a source that showed them: also those that a reader stored and then died.
 *
 * @param db a transaction; it holds the publish lock until it ends.
 */
export async function publishEvents(
  db: StoreDb,
  accountId: AccountId,
): Promise<{ readonly events: number; readonly ring: boolean }> {
  if (!(await hasUnpublished(db, accountId))) return { events: 0, ring: false };
  return number(db, sql`event.account_id = ${accountId} and ${isCovered}`);
}

/** The same for the events of a source that has no windows, such as an import: all that it showed become visible. */
export async function publishSource(
  db: StoreDb,
  sourceId: SourceId,
  span?: EventTimeSpan,
): Promise<{ readonly events: number; readonly ring: boolean }> {
  return number(db, span === undefined ? shownBy(sourceId) : sql`${inSpan(span)} and ${shownBy(sourceId)}`);
}

/** A span of event time; `after` is no part of it, `upTo` is. */
export interface EventTimeSpan {
  readonly after: Instant | null;
  readonly upTo: Instant;
}

/**
 * Cuts what a source showed and nobody published yet into spans, oldest first, of about so many events each. The last, shorter part is in
 * none of them.
 */
export async function spansToPublish(
  db: StoreDb,
  sourceId: SourceId,
  eventsEach: number,
): Promise<readonly EventTimeSpan[]> {
  const { rows } = await sql<{ readonly up_to: Instant }>`
    select distinct event_time as up_to from (
      select event.event_time, row_number() over (order by event.event_time) as place
      from events event where event.published_seq is null and ${shownBy(sourceId)}
    ) placed
    where place % ${sql.lit(eventsEach)} = 0
    order by 1
  `.execute(db);
  return rows.map((row, index) => ({ after: rows[index - 1]?.up_to ?? null, upTo: row.up_to }));
}

/** As above, `offset 0` makes it one look at the sightings' key for each event that is not published. */
function shownBy(sourceId: SourceId): RawBuilder<unknown> {
  return sql`exists (
    select 1 from sightings sighting
    where sighting.source_id = ${sourceId} and sighting.account_id = event.account_id
      and sighting.event_id = event.event_id and sighting.revision = event.revision
    offset 0
  )`;
}

function inSpan({ after, upTo }: EventTimeSpan): RawBuilder<unknown> {
  const upper = sql`event.event_time <= ${upTo}`;
  return after === null ? upper : sql`event.event_time > ${after} and ${upper}`;
}

async function number(
  db: StoreDb,
  which: RawBuilder<unknown>,
): Promise<{ readonly events: number; readonly ring: boolean }> {
  await lockUntilCommit(db, 'publish');
  const { rows } = await sql<{ readonly count: bigint }>`
    with ready as (
      select event.account_id, event.event_id, event.revision, event.event_time,
        row_number() over (order by event.event_time, event.event_id, event.revision) as place
      from events event
      where event.published_seq is null and ${which}
    ), numbered as (
      update events set
        published_seq = (select last_seq from publish_sequence) + ready.place,
        own = exists (select 1 from own_calls where own_calls.aws_request_id = events.request_id)
      from ready
      where events.account_id = ready.account_id and events.event_id = ready.event_id
        and events.revision = ready.revision and events.event_time = ready.event_time
      returning 1
    )
    select count(*) as count from numbered
  `.execute(db);
  const events = Number(rows[0]?.count ?? 0);
  if (events === 0) return { events, ring: false };
  const { ring, lastSeq } = await advance(db, events);
  await writeLinks(db, lastSeq - BigInt(events), lastSeq);
  await writeThings(db, lastSeq - BigInt(events), lastSeq);
  return { events, ring };
}

async function hasUnpublished(db: StoreDb, accountId: AccountId): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('event_id')
    .where('account_id', '=', accountId)
    .where('published_seq', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Moves the sequence on; `ring` is true where the doorbell was silent and is now to be rung. */
async function advance(db: StoreDb, events: number): Promise<{ readonly ring: boolean; readonly lastSeq: bigint }> {
  const { rows } = await sql<{ readonly was_pending: boolean; readonly last_seq: bigint }>`
    update publish_sequence as sequence set
      last_seq = sequence.last_seq + ${events}::bigint,
      ring_pending = true,
      ring_pending_since = coalesce(sequence.ring_pending_since, clock_timestamp())
    from (select ring_pending from publish_sequence for update) before
    returning before.ring_pending as was_pending, sequence.last_seq
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the store has no publish sequence');
  return { ring: !row.was_pending, lastSeq: row.last_seq };
}
