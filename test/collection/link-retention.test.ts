import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishSource } from '../../src/adapters/store/collection/publish.ts';
import { storeRecords } from '../../src/adapters/store/collection/page-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createEventPartitions } from '../../src/adapters/store/events/event-partitions.ts';
import { pruneStore } from '../../src/adapters/store/upkeep/retention.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import type { Instant, SourceId } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { accountId, trailRecord } from './collecting.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-24T12:00:00Z');
const source = { id: `lookup/${accountId}/us-east-1` as SourceId, accountId, region: 'us-east-1' };
let store: Store;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  await sql`
    insert into log_sources (id, kind, account_id, region, active, watched_from, live_from)
    values (${source.id}, 'lookup', ${accountId}, 'us-east-1', true, now(), now())`.execute(store.db);
});

afterEach(() => store.close());

function daysAgo(days: number) {
  return new Date(now - days * dayMs).toISOString() as Instant;
}

/** Stores and publishes a call as if it had been read at once. */
async function published(id: string, days: number, more: Readonly<Record<string, unknown>>): Promise<void> {
  const seenAt = daysAgo(days);
  const texts = [JSON.stringify(trailRecord(id, now - days * dayMs, { readOnly: false, ...more }))];
  const page = { source, seenAt, ...readShownRecords(texts, accountId, seenAt) };
  await createEventPartitions(() => now - days * dayMs).ensure(
    store.db,
    page.records.map(({ eventTime }) => eventTime),
  );
  await store.db.transaction().execute((db) => storeRecords(db, page));
  await store.db.transaction().execute((db) => publishSource(db, source.id));
}

function madeUser(userName: string) {
  return {
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    requestParameters: { userName },
    responseElements: {
      user: { userName, userId: `AIDA${userName.toUpperCase()}`, arn: `arn:aws:iam::${accountId}:user/${userName}` },
    },
  };
}

function ofInstance(instance: string) {
  return {
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAWEB:${instance}`,
      arn: `arn:aws:sts::${accountId}:assumed-role/web/${instance}`,
      accountId,
      accessKeyId: 'ASIAWEB0000000000001',
      sessionContext: { sessionIssuer: { type: 'Role', principalId: 'AROAWEB', userName: 'web', accountId } },
    },
  };
}

async function rows(table: string): Promise<number> {
  const { rows: found } = await sql<{
    readonly n: string;
  }>`select count(*)::text as n from ${sql.table(table)}`.execute(store.db);
  return Number(found[0]?.n);
}

async function identitiesOf(name: string): Promise<number> {
  const found = await store.db.selectFrom('identities').select('id').where('name', 'like', `%${name}%`).execute();
  return found.length;
}

async function prune() {
  return pruneStore(store, { eventsBefore: daysAgo(400), callsBefore: daysAgo(100), deadline: Date.now() + 60_000 });
}

const tables = ['links', 'link_ends', 'event_things', 'instance_sessions'];

test('what events said of who let whom in goes with the events, and what younger ones said stays', async () => {
  await published('made-old', 450, madeUser('oldie'));
  await published('ran-old', 450, ofInstance('i-0aaaaaaaaaaaaaaaa'));
  const old = Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await rows(table)] as const)));
  expect(Object.values(old).every((count) => count > 0)).toBe(true);
  await published('made-young', 399, madeUser('younger'));
  await published('ran-young', 399, ofInstance('i-0bbbbbbbbbbbbbbbb'));
  expect(await prune()).toMatchObject({ days: 1, left: false });
  for (const table of tables) expect({ table, kept: await rows(table) }).toEqual({ table, kept: old[table] });
  expect(await identitiesOf('oldie')).toBe(0);
  expect(await identitiesOf('i-0aaaaaaaaaaaaaaaa')).toBe(0);
  expect(await identitiesOf('younger')).toBeGreaterThan(0);
  // Who did both is known by the younger one.
  expect(await identitiesOf('mallory')).toBeGreaterThan(0);
});

test('what an open case rests on stays until the case is closed', async () => {
  await published('made-old', 450, madeUser('backdoor'));
  const [made] = await store.db.selectFrom('identities').select('id').where('name', 'like', '%backdoor%').execute();
  await sql`
    insert into cases (id, actor_key, actor, account_id, status, severity, opened_at)
    values ('TH-000001', 'a', '{}', ${accountId}, 'watching', 'low', ${daysAgo(450)})`.execute(store.db);
  await sql`
    insert into case_identities (case_id, identity_id, role, since, whole, held)
    values ('TH-000001', ${made?.id ?? ''}, 'created', ${daysAgo(450)}, true, true)`.execute(store.db);
  await prune();
  expect(await rows('links')).toBeGreaterThan(0);
  await sql`update cases set closed_at = now()`.execute(store.db);
  await prune();
  expect(await rows('links')).toBe(0);
  // The case, which is kept, still names it.
  expect(await identitiesOf('backdoor')).toBe(1);
});
