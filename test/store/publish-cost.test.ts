import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store, type StoreDb } from '../../src/adapters/store/database.ts';
import { createEventPartitions } from '../../src/adapters/store/events/event-partitions.ts';
import { publishEvents, publishSource, spansToPublish } from '../../src/adapters/store/collection/publish.ts';
import type { AccountId, Instant, SourceId } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const accountId = '111122223333' as AccountId;
const watched = `lookup/${accountId}/us-east-1` as SourceId;
const imported = 'import/recordings' as SourceId;
const begin = Date.UTC(2026, 9, 1);
const daySeconds = 86_400;
const count = 4000;

let store: Store;

/** Events of two days in an order that has nothing to do with their times, shown by a source and not published. */
async function put(source: SourceId, batch: string, events: number): Promise<void> {
  await sql`
    insert into events (account_id, event_id, revision, event_time, record_digest, ingested_at, ecs, raw)
    select ${accountId}, ${batch}::text || n, 0,
      ${new Date(begin).toISOString()}::timestamptz + make_interval(secs => (n * 7919 % ${2 * daySeconds})::double precision),
      'd', now(), '{}', '{}'
    from generate_series(1, ${events}::int) n`.execute(store.db);
  await sql`
    insert into sightings (account_id, event_id, revision, source_id, event_time, first_seen_at)
    select account_id, event_id, revision, ${source}, event_time, now()
    from events where starts_with(event_id, ${batch})`.execute(store.db);
}

/** Rows that this transaction has read so far, of events, their sightings and the windows. */
async function rowsRead(db: StoreDb): Promise<number> {
  const { rows } = await sql<{ readonly read: string }>`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::text as read from pg_stat_xact_user_tables
    where relname like 'events%' or relname in ('sightings', 'windows')`.execute(db);
  return Number(rows[0]?.read);
}

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  const days = [0, 1].map((day) => new Date(begin + day * daySeconds * 1000).toISOString() as Instant);
  await createEventPartitions().ensure(store.db, days);
  for (const { name } of (
    await sql<{ name: string }>`
      select relname as name from pg_class where relkind = 'r' and (relname ~ '^events_' or relname = 'sightings')`.execute(
      store.db,
    )
  ).rows) {
    await sql`alter table ${sql.table(name)} set (autovacuum_enabled = false)`.execute(store.db);
  }
  await sql`
    insert into log_sources (id, kind, account_id, region, watched_from, live_from)
    values (${watched}, 'lookup', ${accountId}, 'us-east-1', now(), now()), (${imported}, 'import', null, null, now(), now())`.execute(
    store.db,
  );
  await sql`
    insert into windows (source_id, from_at, to_at, state, filter)
    select ${watched}, hour, hour + interval '3599 seconds', 'covered', '"all"'
    from generate_series(${new Date(begin).toISOString()}::timestamptz, ${new Date(begin + 47 * 3_600_000).toISOString()}::timestamptz, '1 hour') hour`.execute(
    store.db,
  );
  // From here on the planner believes that there is hardly anything.
  await put(watched, 'first', 1);
  await store.db.transaction().execute((db) => publishEvents(db, accountId));
  await sql`analyze`.execute(store.db);
});

afterEach(() => store.close());

test('publishing what a poll has read costs in proportion to it, also where the statistics are old', async () => {
  await put(watched, 'polled', count);
  await store.db.transaction().execute(async (db) => {
    const before = await rowsRead(db);
    expect((await publishEvents(db, accountId)).events).toBe(count);
    expect((await rowsRead(db)) - before).toBeLessThan(30 * count);
  });
});

test('publishing an import costs in proportion to it, also where the statistics are old', async () => {
  await put(imported, 'imported', count);
  await store.db.transaction().execute(async (db) => {
    const before = await rowsRead(db);
    const spans = await spansToPublish(db, imported, 500);
    expect(spans).toHaveLength(count / 500);
    let events = 0;
    for (const span of spans) events += (await publishSource(db, imported, span)).events;
    events += (await publishSource(db, imported)).events;
    expect(events).toBe(count);
    expect((await rowsRead(db)) - before).toBeLessThan(60 * count);
  });
});
