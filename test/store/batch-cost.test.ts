import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { growByEvents } from '../../src/adapters/store/cases/case-growth.ts';
import { linksAt } from '../../src/adapters/store/events/found-links.ts';
import { LinkReader } from '../../src/adapters/store/events/link-reader.ts';
import { storedLinks } from '../../src/adapters/store/events/link-store.ts';
import { storedLinksTogether } from '../../src/adapters/store/events/links-together.ts';
import { openStore, type Store, type StoreDb } from '../../src/adapters/store/database.ts';
import { storedGroups } from '../../src/adapters/store/detection/rule-memory-store.ts';
import type { IdentityId } from '../../src/model/identity.ts';
import type { GroupQuestion } from '../../src/detection/live/live-ports.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const accountId = '111122223333' as AccountId;
const now = '2026-11-24T12:00:00Z' as Instant;
const kept = 20_000;
const rule = { id: 'a-rule', meaningDigest: 'sha256:m' };
const groupKey = 'sha256:group';
let store: Store;

/** Blocks of these tables and their indexes that were read so far. */
async function blocksRead(db: StoreDb, tables: readonly string[]): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ readonly read: string }>`
    select sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::text as read from pg_statio_user_tables
    where relname = any(${tables})`.execute(db);
  return Number(rows[0]?.read);
}

/** What an act reads of these tables, by one connection, which tells its own reads at once. */
async function readBy(tables: readonly string[], act: (db: StoreDb) => Promise<unknown>): Promise<number> {
  return store.db.connection().execute(async (db) => {
    const before = await blocksRead(db, tables);
    await act(db);
    return (await blocksRead(db, tables)) - before;
  });
}

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterEach(() => store.close());

test('which cases a batch leads on costs in proportion to the batch, however many links are kept', async () => {
  await sql`
    insert into links (id, at, account_id, event_id, link)
    select 'link-' || n, ${now}, ${accountId}, 'event-' || n, '{}' from generate_series(1, ${kept}::int) n`.execute(
    store.db,
  );
  await sql`
    insert into link_ends (node, at, link_id)
    select side || n, ${now}, 'link-' || n from generate_series(1, ${kept}::int) n, unnest(array['from-', 'to-']) side`.execute(
    store.db,
  );
  await sql`
    insert into cases (id, actor_key, actor, account_id, status, severity, opened_at)
    values ('TH-000001', 'a', '{}', ${accountId}, 'watching', 'low', ${now})`.execute(store.db);
  await sql`
    insert into case_identities (case_id, identity_id, role, since, whole, held)
    select 'TH-000001', 'of-the-case-' || n, 'used', ${now}, false, true from generate_series(1, 2000) n`.execute(
    store.db,
  );
  await sql`analyze`.execute(store.db);
  const batch = Array.from({ length: 10 }, (_, n) => ({ accountId, eventId: `event-${n * 17 + 1}`, revision: 0 }));
  const read = await readBy(['links', 'link_ends', 'case_identities'], (db) => growByEvents(db, batch, now));
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(20 * batch.length);
});

test('what a busy group has raised lately costs in proportion to that, however much it has raised before', async () => {
  await sql`
    insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key, anchor_account_id,
      anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at)
    select 'alert-' || who || n, ${rule.id}, 'sha256:r', 'rule', 'low', 1, '[]',
      case when who = 'busy' then ${groupKey} else ${groupKey} || n end, ${accountId}, 'event-' || who || n, 0, '[]',
      '{"kind":"query"}', '{"kind":"live"}', 'live', ${now}::timestamptz - make_interval(mins => n), ${now}
    from generate_series(1, ${kept}::int) n, unnest(array['busy', 'other']) who`.execute(store.db);
  await sql`analyze`.execute(store.db);
  const sinceMs = Date.parse(now) - 5.5 * 60_000;
  const question = { rule, groupKey, candidatesFromMs: sinceMs, alertsFromMs: sinceMs } as never as GroupQuestion;
  const read = await readBy(['alerts'], async (db) => {
    const [group] = await storedGroups(db, [question]);
    expect(group?.alerts).toHaveLength(5);
  });
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(50);
});

/** Entries of these tables' indexes that were read so far. */
async function entriesRead(db: StoreDb, tables: readonly string[]): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ readonly read: string }>`
    select sum(idx_tup_read)::text as read from pg_stat_user_indexes where relname = any(${tables})`.execute(db);
  return Number(rows[0]?.read);
}

/** A user with many links, and others with few. */
async function publishBusy(): Promise<void> {
  await sql`
    insert into links (id, at, account_id, event_id, link)
    select who || n, ${now}::timestamptz - make_interval(mins => n), ${accountId}, who || n,
      jsonb_build_object('from', 'user/' || who, 'to', 'session/' || left(who || n, -1), 'how', 'assumed-role', 'strength', 'proved',
        'at', '2026-11-24T12:00:00Z', 'proof', jsonb_build_array(jsonb_build_object('accountId', '1', 'eventId', who || n)),
        'source', '192.0.2.' || who)
    from generate_series(1, ${kept}::int) n, unnest(array['busy', 'other']) who`.execute(store.db);
  // Most have few, and so has the busy one as far as PostgreSQL knows.
  await sql`
    insert into link_ends (node, at, link_id)
    select 'user/busy', at, id from links where id like 'busy%' union all
    select 'session/' || left(id, -1), at, id from links`.execute(store.db);
  await sql`analyze`.execute(store.db);
}

const busy = 'user/busy' as IdentityId;
const atOnce = 1000;

test('what a busy caller did last costs the same, however much it has done before', async () => {
  await publishBusy();
  await store.db.connection().execute(async (db) => {
    const before = await entriesRead(db, ['link_ends', 'links']);
    const found = await linksAt(new LinkReader(db), [busy], ['192.0.2.other']);
    expect(found.links).toHaveLength(atOnce);
    // The latest, twice, of which each link is read once, and the latest of the address with an end of each.
    expect((await entriesRead(db, ['link_ends', 'links'])) - before).toBeLessThan(5 * atOnce);
  });
});

test('walks that ask about a busy caller together are answered as each alone, and its links are read once', async () => {
  await publishBusy();
  const questions = ['busy7', 'busy19999', 'other5'].map(
    (session) => [busy, `session/${session}`.slice(0, -1)] as IdentityId[],
  );
  await store.db.connection().execute(async (db) => {
    const before = await entriesRead(db, ['links']);
    const together = storedLinksTogether(storedLinks(db, new Set()), new Set());
    const answers = await Promise.all(questions.map((ids) => together.touching(ids, ['192.0.2.none'])));
    expect((await entriesRead(db, ['links'])) - before).toBeLessThan(1.5 * atOnce);
    for (const [place, ids] of questions.entries()) {
      const { links, busy: more } = await linksAt(new LinkReader(store.db), ids, ['192.0.2.none']);
      expect(answers[place]?.busy).toEqual(new Set(more));
      // What the others asked about is known to each.
      const known = new Set([...(answers[place]?.byNode.values() ?? [])].flat().map(({ proof }) => proof[0].eventId));
      expect(links.filter(({ link: { proof } }) => !known.has(proof[0].eventId))).toEqual([]);
    }
  });
});

test('a batch that several cases grow by reads a busy caller’s links once', async () => {
  await publishBusy();
  const alerted = ['busy7', 'busy12', 'busy33'];
  for (const [place, session] of alerted.entries()) await openCaseOf(`TH-00000${place}`, `session/${session}`);
  const batch = alerted.map((session) => ({ accountId, eventId: `${session}1`, revision: 0 }));
  await store.db.connection().execute(async (db) => {
    const before = await entriesRead(db, ['link_ends']);
    await growByEvents(db, batch, now);
    const read = (await entriesRead(db, ['link_ends'])) - before;
    // The latest, once more to leave them out of the older ones, and those of the days around each alert.
    expect(read).toBeGreaterThan(5000);
    expect(read).toBeLessThan(3 * 5000);
  });
});

async function openCaseOf(id: string, session: string): Promise<void> {
  await sql`
    insert into cases (id, actor_key, actor, account_id, status, severity, opened_at)
    values (${id}, ${id}, '{}', ${accountId}, 'watching', 'low', ${now})`.execute(store.db);
  await sql`
    insert into case_seeds (case_id, id, principal, identity, at)
    values (${id}, ${id}, ${session}, ${session}, ${now})`.execute(store.db);
  await sql`
    insert into case_identities (case_id, identity_id, role, since, whole, held)
    values (${id}, ${session}, 'suspect', ${now}, true, true)`.execute(store.db);
}
