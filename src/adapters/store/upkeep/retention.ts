import { sql } from 'kysely';
import type { Pruned, PruneLimits } from '../../../collection/upkeep-ports.ts';
import type { Instant } from '../../../model/ids.ts';
import type { Store, StoreDb } from '../database.ts';
import { type Deleted, deletedRows, type Deletion, rowsAtOnce } from './deletion.ts';
import { alertDeletions } from './alert-retention.ts';
import { linkDeletions } from './link-retention.ts';
import { workDeletions } from './work-retention.ts';

/**
 * What waits for a lock keeps all that come after it waiting, so it gives up soon; it is shorter than the time after which
 * PostgreSQL looks for a deadlock (1 s), so that it is the pruning that gives way, never who inserts.
 */
const lockTimeout = '800ms';

/**
 * An event that stays: it came lately (an import of an old recording), or an alert rests on it that counts, or that a case was
 * given. One that an exception prevented, that was learnt from, or that another replaced before a case had it goes with the events
 * of its time.
 */
function isKept(limits: PruneLimits) {
  return sql`(
  event.ingested_at >= ${limits.eventsBefore}
  or exists (
    select 1 from alert_events join alerts on alerts.id = alert_events.alert_id
    where alert_events.account_id = event.account_id and alert_events.event_id = event.event_id
      and (alerts.status_kind = 'live' or alerts.case_id is not null)
  )
)`;
}

/**
 * Deletes what has been kept for long enough, with what belongs to it; safe beside inserts, and safe to break off: the next
 * time goes on. Cases lose nothing: their evidence is in the store by itself, and events that an alert names stay.
 *
 * @param limits.deadline milliseconds since 1970: nothing is begun after it.
 */
export async function pruneStore(store: Store, limits: PruneLimits): Promise<Pruned> {
  const { db } = store;
  const days: string[] = [];
  let left = false;
  for (const day of await expiredDays(db, limits.eventsBefore)) {
    if (Date.now() > limits.deadline || !(await dropDay(store, day, limits))) left = true;
    else days.push(day);
  }
  const deletions: readonly Deletion[] = [
    () => deleteOldEvents(db, limits),
    () => deleteOrphans(db, 'sightings', limits),
    () => deleteOrphans(db, 'event_keys', limits),
    () => deleteOldCalls(db, limits),
    () => deleteOldReads(db, limits),
    ...linkDeletions(db, limits),
    ...alertDeletions(db, limits),
    ...workDeletions(db, limits),
  ];
  const counts: number[] = [];
  for (const deletion of deletions) {
    const { count, done } = await repeat(deletion, limits.deadline);
    counts.push(count);
    left ||= !done;
  }
  const [events = 0, , , calls = 0, reads = 0] = counts;
  return { days: days.length, events, calls, reads, left };
}

/** The names of the day partitions that have ended before a time, oldest first. */
async function expiredDays(db: StoreDb, before: Instant): Promise<readonly string[]> {
  const firstKept = `events_${before.slice(0, 10).replaceAll('-', '')}`;
  const { rows } = await sql<{ readonly name: string }>`
    select child.relname as name
    from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'events'::regclass and child.relname ~ '^events_[0-9]{8}$'
      and child.relname < ${firstKept}
    order by child.relname
  `.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Drops a day's partition; what is kept of it moves to the default partition in the same transaction.
 *
 * @returns false where somebody held the table for too long.
 */
async function dropDay(store: Store, name: string, limits: PruneLimits): Promise<boolean> {
  const day = sql.table(name);
  try {
    await store.db.transaction().execute(async (db) => {
      await sql.raw(`set local lock_timeout = '${lockTimeout}'`).execute(db);
      // Nobody may add to the day from here on; all others go on reading and writing until the drop itself.
      await sql`lock table ${day} in share mode`.execute(db);
      await sql`create temporary table kept_events on commit drop as
        select * from ${day} event where ${isKept(limits)}`.execute(db);
      await sql`drop table ${day}`.execute(db);
      await sql`insert into events select * from kept_events`.execute(db);
    });
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

/** Codes of PostgreSQL's errors: lock_not_available and deadlock_detected. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');
}

async function repeat(
  deletion: Deletion,
  deadline: number,
): Promise<{ readonly count: number; readonly done: boolean }> {
  let count = 0;
  for (;;) {
    if (Date.now() > deadline) return { count, done: false };
    const deleted = await deletion();
    count += deleted.count;
    if (deleted.done) return { count, done: true };
  }
}

/** What lies in no partition of its own day: imports of old recordings, and what was kept once. */
async function deleteOldEvents(db: StoreDb, limits: PruneLimits): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from events_default where ctid = any(array(
      select event.ctid from events_default event
      where event.event_time < ${limits.eventsBefore} and not ${isKept(limits)}
      limit ${sql.lit(rowsAtOnce)}
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

/**
 * Keys and sightings of events that are gone; without its key, an event that came once more would be new. That the event is old too
 * is said of it as well, though it follows: else all days of the store are looked through, and not those alone that are over.
 */
async function deleteOrphans(
  db: StoreDb,
  table: 'event_keys' | 'sightings',
  { eventsBefore }: PruneLimits,
): Promise<Deleted> {
  const before = startOfDay(eventsBefore);
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where ctid = any(array(
      select orphan.ctid from ${sql.table(table)} orphan
      where orphan.event_time < ${before} and not exists (
        select 1 from events event
        where event.event_time < ${before} and event.account_id = orphan.account_id and event.event_id = orphan.event_id
          and event.revision = orphan.revision and event.event_time = orphan.event_time
      )
      limit ${sql.lit(rowsAtOnce)}
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

/** Calls that made a change are for the auditors, and stay. */
async function deleteOldCalls(db: StoreDb, { callsBefore }: PruneLimits): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from own_calls where ctid = any(array(
      select call.ctid from own_calls call
      where call.at < ${callsBefore} and call.intent_id is null
      limit ${sql.lit(rowsAtOnce)}
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

/** What a read covered is in the ledger, which stays. */
async function deleteOldReads(db: StoreDb, { callsBefore }: PruneLimits): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from reads where ctid = any(array(
      select read.ctid from reads read
      where read.at < ${callsBefore} and read.published_at is not null
      limit ${sql.lit(rowsAtOnce)}
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

function startOfDay(instant: Instant): Instant {
  return `${instant.slice(0, 10)}T00:00:00Z` as Instant;
}
