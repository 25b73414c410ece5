import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { KeptLinks } from '../../src/adapters/store/events/kept-links.ts';
import { storedLinks } from '../../src/adapters/store/events/link-store.ts';
import { liveCasePorts } from '../../src/entry/compose/case-ports.ts';
import { instance, session } from '../../src/cloudtrail/identities.ts';
import { isPersonsUse } from '../../src/investigation/links/directory-passwords.ts';
import type { AccountId, CaseId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { liveCase } from '../../src/views/live-case.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { appAccount, Cloud, sessionOf, type Who } from '../investigation/expected/cloud.ts';
import { investigateRecords } from '../investigation/expected/investigate-records.ts';
import { fromHome, leaked, stolen } from '../investigation/links/stolen-key.ts';
import { alertOn, publishRecords } from '../investigation/live-store.ts';

const day = 86_400;
const office = '198.51.100.40';
const home = '198.51.100.41';
const roleName = 'AWSReservedSSO_developer_0123456789abcdef';
const kim: Who = {
  ...sessionOf(appAccount, roleName, 'kim', 'ASIAKIM0000000000001'),
  onBehalfOf: {
    userId: 'kim-user-id',
    identityStoreArn: `arn:aws:identitystore::${appAccount}:identitystore/d-1234567890`,
  },
};
let store: Store;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterEach(() => store.close());

/** Kim at work in the console: of a console no record names the key, so that it is the address that tells uses apart. */
function worked(cloud: Cloud, at: number, from: string): JsonObject {
  cloud.call(kim, 'ec2:DescribeInstances', {
    at,
    from,
    client: 'Mozilla/5.0',
    more: { sessionCredentialFromConsole: 'true' },
  });
  return cloud.records.at(-1) ?? {};
}

test('when a session was first used from an address is told by the earliest record of it, whenever that is published', async () => {
  const cloud = new Cloud();
  const days = [0, -1, -3, -2];
  const kept = new KeptLinks();
  const id = session(appAccount as AccountId, roleName, 'kim').id;
  for (const each of days) {
    await publishRecords(store, [worked(cloud, each * day, office)]);
    const { byNode } = await storedLinks(store.db, new Set([appAccount]), kept).touching([id], []);
    const earliest = (byNode.get(id) ?? [])
      .filter(isPersonsUse)
      .map(({ at }) => Date.parse(at))
      .toSorted((a, b) => a - b)[0];
    const published = cloud.records.map((record) => Date.parse(record['eventTime'] as string));
    expect(earliest).toBe(Math.min(...published));
  }
  // What comes later than what is known says nothing new.
  const known = await storedLinks(store.db, new Set()).touching([id], []);
  await publishRecords(store, [worked(cloud, day, office)]);
  expect(await storedLinks(store.db, new Set()).touching([id], [])).toEqual(known);
});

test('when a session of an instance was first at work in an hour is told by the earliest record of it', async () => {
  const cloud = new Cloud();
  const runner = sessionOf(appAccount, 'runner', 'i-0abc123def4567890', 'ASIARUNNER0000000001');
  for (const at of [1800, 600, 1200]) {
    cloud.call(runner, 'ec2:DescribeInstances', { at, from: '10.0.0.5' });
    await publishRecords(store, cloud.records.slice(-1));
  }
  const seen = await storedLinks(store.db, new Set()).instanceSessions([
    instance(appAccount as AccountId, 'i-0abc123def4567890').id,
  ]);
  expect(seen.map(({ at }) => Date.parse(at))).toEqual([Date.parse('2026-11-20T09:10:00Z')]);
});

test('where somebody worked before the intruder set their password is theirs also where the history is read last', async () => {
  const cloud = new Cloud();
  for (const each of [-6, -5, -4, -3, -2]) worked(cloud, each * day, each % 2 === 0 ? office : home);
  const history = [...cloud.records];
  stolen(cloud);
  cloud.call(leaked, 'sso-directory:UpdatePassword', {
    at: 4000,
    request: { identityStoreId: 'd-1234567890', userId: 'kim-user-id', passwordMode: 'OTP' },
    ...fromHome,
  });
  const own = [worked(cloud, 4300, office), worked(cloud, 4400, home)].map(({ eventID }) => eventID);
  const now = cloud.records.slice(history.length);
  const [ofFiles] = (await investigateRecords(cloud.records)).map(({ document }) => document);
  if (ofFiles === undefined) throw new Error('no case of the stolen key');

  await publishRecords(store, now);
  const alerted = new Set(ofFiles.alerts.flatMap(({ eventIds }) => eventIds));
  const cases = new Set<CaseId>();
  for (const record of now.filter(({ eventID }) => alerted.has(eventID as string)))
    cases.add(await alertOn(store, record));
  await publishRecords(store, history);
  expect(cases.size).toBe(1);
  const trust = { responder: null, approverKeys: [], audience: 'test', ownAccounts: [] } as const;
  const { shown } = await liveCase(liveCasePorts(store.db, trust), [...cases][0] ?? '');
  expect(shown.timeline.flatMap(({ eventIds }) => eventIds).filter((id) => own.includes(id))).toEqual([]);
  expect(shown.limits).toEqual(ofFiles.limits);
});
