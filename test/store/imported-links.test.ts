import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { storedLinks } from '../../src/adapters/store/events/link-store.ts';
import { publishSource } from '../../src/adapters/store/collection/publish.ts';
import { instance, person } from '../../src/cloudtrail/identities.ts';
import type { AccountId, SourceId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { found } from '../investigation/archive-of.ts';
import { appAccount, Cloud, seenFromOutside, sessionOf, type Who } from '../investigation/expected/cloud.ts';

const trail = `lookup/${appAccount}/us-east-1` as SourceId;
const imported = 'import/recordings' as SourceId;
let store: Store;
let sequence = 0;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  await sql`
    insert into log_sources (id, kind, account_id, region, active, watched_from, live_from)
    values (${trail}, 'lookup', ${appAccount}, 'us-east-1', true, now(), now()),
      (${imported}, 'import', null, null, false, now(), now())`.execute(store.db);
});

afterEach(() => store.close());

async function sighted(eventId: string, source: SourceId): Promise<void> {
  await sql`
    insert into sightings (account_id, event_id, revision, source_id, event_time, first_seen_at)
    values (${appAccount}, ${eventId}, 0, ${source}, now(), now())`.execute(store.db);
}

/** Stores and publishes one call, by one source. @returns its event ID. */
async function published(who: Who, source: SourceId, at: number, call = 'ec2:DescribeInstances'): Promise<string> {
  const cloud = new Cloud();
  sequence += 1;
  const eventId = `e-${sequence}`;
  cloud.call(who, call, { at, from: '203.0.113.9', account: appAccount, more: { eventID: eventId } });
  const record = cloud.records[0] as JsonObject;
  const { ecs, at: eventTime } = found(record);
  await sql`
    insert into events (account_id, event_id, revision, event_time, record_digest, ingested_at, ecs, raw, action, principal_id)
    values (${appAccount}, ${eventId}, 0, ${eventTime}, 'd', now(), ${JSON.stringify(ecs)}, '{}', ${call.split(':')[1]},
      ${who['principalId'] ?? null})`.execute(store.db);
  await sql`
    insert into event_keys (account_id, event_id, revision, record_digest, event_time)
    values (${appAccount}, ${eventId}, 0, 'd', ${eventTime})`.execute(store.db);
  await sighted(eventId, source);
  await store.db.transaction().execute((db) => publishSource(db, source));
  return eventId;
}

function index() {
  return storedLinks(store.db, new Set([appAccount]));
}

const worker = sessionOf(appAccount, 'AWSReservedSSO_Ops_0123456789abcdef', 'dana', 'ASIADANA000000000001');
const dana: Who = {
  ...worker,
  onBehalfOf: { userId: 'u-1', identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1' },
};

/** The events that prove whose a person's session is. */
async function proofOfPerson(): Promise<readonly string[]> {
  const dana = person('arn:aws:identitystore::111122223333:identitystore/d-1', 'u-1');
  const { byNode } = await index().touching([dana.id], []);
  const links = byNode.get(dana.id) ?? [];
  return links.flatMap(({ proof }) => proof.map(({ eventId }) => eventId));
}

test("an imported record does not take the place of the account's own that says the same", async () => {
  await published(dana, imported, 0);
  expect(await proofOfPerson()).toEqual([]);
  const shown = await published(dana, trail, 60);
  expect(await proofOfPerson()).toEqual([shown]);
});

test("what an imported record says is known once the account's own trail shows it", async () => {
  const awaited = await published(dana, imported, 0);
  await sighted(awaited, trail);
  expect(await proofOfPerson()).toEqual([awaited]);
});

test('an imported record alone puts nobody on an instance, and hides nobody who was there', async () => {
  const onInstance = sessionOf(appAccount, 'web', 'i-0123456789abcdef0', 'ASIAWEB0000000000001');
  async function seen() {
    return (await index().instanceSessions([instance(appAccount as AccountId, 'i-0123456789abcdef0').id])).map(
      ({ proof }) => proof.eventId,
    );
  }
  await published(onInstance, imported, 0);
  expect(await seen()).toEqual([]);
  const shown = await published(onInstance, trail, 60);
  expect(await seen()).toEqual([shown]);
  await published(onInstance, imported, 30);
  expect(await seen()).toEqual([shown]);
});

test('an imported record gives nobody another name', async () => {
  const session = sessionOf(appAccount, 'deploy', 'run', 'ASIADEPLOY0000000001');
  const forged = {
    ...sessionOf(appAccount, 'harmless', 'run', 'ASIAOTHER00000000001'),
    principalId: session['principalId'] ?? '',
  };
  await published(forged, imported, 0, 'iam:CreateUser');
  await published(session, trail, 60, 'iam:CreateUser');
  const { rows } = await sql<{ readonly identity_id: string }>`select identity_id from identity_aliases`.execute(
    store.db,
  );
  expect(rows.map(({ identity_id: id }) => id)).toEqual([`session/${appAccount}/deploy/run`]);
  expect(seenFromOutside(session)['principalId']).toBe(forged.principalId);
});
