import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { eventsAbout } from '../../src/adapters/store/events/event-thing-store.ts';
import { thing } from '../../src/investigation/effects/thing.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const accountId = '111122223333' as AccountId;
const since = '2026-11-01T00:00:00Z' as Instant;
const lookedAt = 20_000;
const more = 50;
let store: Store;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterEach(() => store.close());

test('of a flood of calls about what a case made the latest are looked at, and the others are counted', async () => {
  const role = thing.role(accountId, 'Deploy');
  // The latest were written first, as history comes that is read backwards.
  await sql`
    insert into event_things (thing, at, account_id, event_id, revision)
    select ${role}, ${since}::timestamptz + make_interval(secs => n), ${accountId}, 'e' || n, 0
    from generate_series(${lookedAt + more}::int, 1, -1) n
  `.execute(store.db);
  const { refs, left } = await eventsAbout(store.db, [role], since);
  expect(refs).toHaveLength(lookedAt);
  expect(left).toBe(more);
  expect(refs[0]?.eventId).toBe(`e${lookedAt + more}`);
  expect(refs.at(-1)?.eventId).toBe(`e${more + 1}`);
});

test('a call about several things of a case is looked at once', async () => {
  const things = [thing.role(accountId, 'Deploy'), thing.trust(accountId, 'Deploy')];
  await sql`
    insert into event_things (thing, at, account_id, event_id, revision)
    select name, ${since}::timestamptz + interval '1 hour', ${accountId}, 'once', 0 from unnest(${things}::text[]) name
  `.execute(store.db);
  expect(await eventsAbout(store.db, things, since)).toEqual({
    refs: [{ accountId, eventId: 'once', revision: 0 }],
    left: 0,
  });
});
