import * as fc from 'fast-check';
import { type KyselyPlugin, sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimAlerts, closeCaseIfNoUnclaimed } from '../../src/adapters/store/cases/alert-claims.ts';
import { storeLink, storeSplit } from '../../src/adapters/store/cases/case-acts-store.ts';
import { assignToCases } from '../../src/adapters/store/cases/case-assignment.ts';
import { growByEvents } from '../../src/adapters/store/cases/case-growth.ts';
import { setCaseStatus } from '../../src/adapters/store/cases/case-store.ts';
import { type Database, openStore, type Store } from '../../src/adapters/store/database.ts';
import { publishSource } from '../../src/adapters/store/collection/publish.ts';
import { actorKey, actorOf } from '../../src/cloudtrail/actor.ts';
import { seedOfEvent } from '../../src/cloudtrail/seed.ts';
import type { AlertForCase } from '../../src/detection/live/live-ports.ts';
import type { CaseStatus } from '../../src/model/case-state.ts';
import type { AlertId, CaseId, Instant, SourceId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { EventRef } from '../../src/model/trail-event.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { found } from '../investigation/archive-of.ts';
import {
  appAccount,
  Cloud,
  dataAccount,
  seenFromOutside,
  sessionOf,
  strangeAccount,
  userOf,
  type Who,
} from '../investigation/expected/cloud.ts';

const source = 'import/recordings' as SourceId;
let store: Store;
let minute = 0;

/** Our clock goes on with each alert. */
function now(): Instant {
  minute += 1;
  return new Date(Date.UTC(2026, 10, 21, 0, minute)).toISOString() as Instant;
}

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  await sql`insert into log_sources (id, kind, watched_from, live_from) values (${source}, 'import', now(), now())`.execute(
    store.db,
  );
});

afterEach(() => store.close());

/** Stores and publishes records, as a source shows them. */
async function publish(records: readonly JsonObject[]): Promise<readonly EventRef[]> {
  const refs: EventRef[] = [];
  for (const record of records) {
    const { ecs, at, ref } = found(record);
    const principal = (record['userIdentity'] as JsonObject)['principalId'] ?? null;
    await sql`
      insert into events (account_id, event_id, revision, event_time, record_digest, ingested_at, ecs, raw, action, principal_id)
      values (${ref.accountId}, ${ref.eventId}, 0, ${at}, 'd', now(), ${JSON.stringify(ecs)}, '{}', ${record['eventName']}, ${principal})`.execute(
      store.db,
    );
    await sql`
      insert into event_keys (account_id, event_id, revision, record_digest, event_time)
      values (${ref.accountId}, ${ref.eventId}, 0, 'd', ${at})`.execute(store.db);
    await sql`
      insert into sightings (account_id, event_id, revision, source_id, event_time, first_seen_at)
      values (${ref.accountId}, ${ref.eventId}, 0, ${source}, ${at}, now())`.execute(store.db);
    refs.push(ref);
  }
  await store.db.transaction().execute((db) => publishSource(db, source));
  return refs;
}

let alerts = 0;

/** Gives an alert about a record to its case. */
async function alertOn(record: JsonObject): Promise<CaseId> {
  const [caseId] = await alertsOn([record]);
  if (caseId === undefined) throw new Error('the alert has no case');
  return caseId;
}

/** Gives alerts about records, one each, to their cases at once; the cases of each. */
async function alertsOn(records: readonly JsonObject[]): Promise<readonly CaseId[]> {
  const given: AlertForCase[] = [];
  for (const record of records) given.push(await newAlert(record));
  await store.db.transaction().execute((db) => assignToCases(db, given, now()));
  const rows = await store.db.selectFrom('alerts').select(['id', 'case_id']).where('case_id', 'is not', null).execute();
  const cases = new Map(rows.map((row) => [row.id, row.case_id]));
  return given.map(({ id }) => cases.get(id)).filter((id) => typeof id === 'string');
}

async function newAlert(record: JsonObject): Promise<AlertForCase> {
  const { ecs, at, ref } = found(record);
  alerts += 1;
  const id = `sha256:${alerts}` as AlertId;
  await sql`
    insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key, anchor_account_id,
      anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at)
    values (${id}, 'r', 'd', 'a rule', 'low', 1, '[]', 'g', ${ref.accountId}, ${ref.eventId}, 0, ${JSON.stringify([ref])}, '{"kind":"query"}',
      '{"kind":"live"}', 'live', ${at}, now())`.execute(store.db);
  const actor = actorOf(ecs);
  const severity = alerts % 5 === 0 ? 'high' : 'low';
  return { id, actor, actorKey: actorKey(actor), accountId: ref.accountId, severity, seed: seedOfEvent(ecs) };
}

function follow(refs: readonly EventRef[]): Promise<void> {
  return store.db.transaction().execute((db) => growByEvents(db, refs, now()));
}

async function caseRow(id: CaseId) {
  return store.db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function alertsOf(id: CaseId): Promise<number> {
  const rows = await store.db.selectFrom('alerts').select('id').where('case_id', '=', id).execute();
  return rows.length;
}

async function membersOf(id: CaseId): Promise<readonly string[]> {
  const rows = await store.db.selectFrom('case_identities').select('identity_id').where('case_id', '=', id).execute();
  return rows.map((row) => row.identity_id);
}

/** Two users; the first made the second, by a record of its own. */
function madeUser(): { readonly bob: JsonObject; readonly support: JsonObject; readonly making: JsonObject } {
  const cloud = new Cloud();
  const from = '203.0.113.66';
  const bob = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
  cloud.call(bob, 'sts:GetCallerIdentity', { at: 0, from });
  cloud.call(bob, 'iam:CreateUser', {
    at: 10,
    from,
    request: { userName: 'support' },
    response: { user: { userName: 'support' } },
  });
  cloud.call(userOf(appAccount, 'support', 'AKIASUPPORT000000001'), 's3:ListBuckets', { at: 20, from: '203.0.113.67' });
  const [first, making, second] = cloud.records;
  if (first === undefined || making === undefined || second === undefined) throw new Error('three calls were made');
  return { bob: first, making, support: second };
}

/** A user calls another account's bucket: both accounts have a record, and the other's names the user by unique ID alone. */
function acrossAccounts(): { readonly making: JsonObject; readonly own: JsonObject; readonly copy: JsonObject } {
  const cloud = new Cloud();
  const from = '203.0.113.66';
  const bob = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
  cloud.call(bob, 'iam:CreateUser', { at: 0, from, request: { userName: 'x' }, response: { user: { userName: 'x' } } });
  cloud.call(bob, 's3:PutObject', { at: 60, from, request: { bucketName: 'theirs', key: 'k' } });
  const [making, own] = cloud.records;
  if (making === undefined || own === undefined) throw new Error('two calls were made');
  const copy = {
    ...own,
    eventID: 'e-copy',
    recipientAccountId: dataAccount,
    userIdentity: { type: 'AWSAccount', principalId: bob['principalId'] ?? '', accountId: appAccount },
  };
  return { making, own, copy };
}

describe('one case an intruder', () => {
  test.each(['the copy first', 'the copy last'])(
    'an alert on another account’s record of a call, which names no key, goes to the caller’s case: %s',
    async (order) => {
      const { making, own, copy } = acrossAccounts();
      await publish([making, own, copy]);
      const [first, second] = order === 'the copy last' ? [own, copy] : [copy, own];
      const given = await alertOn(first);
      expect(await alertOn(second)).toBe(given);
    },
  );

  test('an alert on such a record goes to the caller’s case where its account’s record is read only later', async () => {
    const { making, own, copy } = acrossAccounts();
    await publish([copy]);
    const given = await alertOn(copy);
    await publish([making, own]);
    expect(await alertOn(own)).toBe(given);
  });

  test('alerts on both records of a call that come at once have one case', async () => {
    const { making, own, copy } = acrossAccounts();
    await publish([making, own, copy]);
    expect(new Set(await alertsOn([copy, own])).size).toBe(1);
  });

  test('an alert on such a record does not go to the case that a person has taken the caller out of', async () => {
    const { making, own, copy } = acrossAccounts();
    await publish([making, own, copy]);
    const given = await alertOn(own);
    await sql`
      insert into case_separations (case_id, identity_id) values (${given}, 'user/111122223333/bob')`.execute(store.db);
    expect(await alertOn(copy)).not.toBe(given);
  });

  test('an alert on what a suspect made goes to the suspect’s case', async () => {
    const { bob, making, support } = madeUser();
    await publish([bob, making, support]);
    const first = await alertOn(bob);
    expect(await alertOn(support)).toBe(first);
    expect(await alertsOf(first)).toBe(2);
  });

  test('a suspect found last takes the place before what it made', async () => {
    const { bob, making, support } = madeUser();
    await publish([bob, making, support]);
    const first = await alertOn(support);
    expect(await alertOn(bob)).toBe(first);
    const roles = await store.db
      .selectFrom('case_identities')
      .select(['identity_id', 'role'])
      .where('case_id', '=', first)
      .execute();
    expect(roles).toContainEqual({ identity_id: `user/${appAccount}/bob`, role: 'suspect' });
    expect(roles).toContainEqual({ identity_id: `user/${appAccount}/support`, role: 'created' });
  });

  test.each<CaseStatus>(['gathering', 'awaiting-decision', 'watching', 'needs-a-person'])(
    'a proving edge that arrives late while the younger case is %s: the older goes on with all alerts, no plan of the other stands',
    async (status) => {
      const { bob, making, support } = madeUser();
      await publish([bob, support]);
      const [older, younger] = [await alertOn(bob), await alertOn(support)];
      expect(younger).not.toBe(older);
      await claimAlerts(store.db, older);
      await claimAlerts(store.db, younger);
      await store.db.updateTable('cases').set({ status }).where('id', '=', younger).execute();
      await sql`insert into plans (digest, case_id, version, plan, standing, presented_at) values ('sha256:p', ${younger}, 1, '{}', 'presented', now())`.execute(
        store.db,
      );
      await follow(await publish([making]));
      expect(await caseRow(younger)).toMatchObject({ status: 'merged', merged_into: older });
      expect(await alertsOf(older)).toBe(2);
      expect(await claimAlerts(store.db, older)).toBe(1);
      const plan = await store.db
        .selectFrom('plans')
        .select('standing')
        .where('digest', '=', 'sha256:p' as never)
        .executeTakeFirstOrThrow();
      expect(plan.standing).toBe('superseded');
      // The case that ended neither responds nor says that anything is contained.
      expect(await setCaseStatus(store.db, younger, { status: 'responding', severity: 'low' })).toBe(older);
      expect(await closeCaseIfNoUnclaimed(store.db, younger, 'contained', now())).toBe(false);
    },
  );

  test.each([1, 2, 3])(
    'of cases that were opened at one instant, as those of a batch, the one of the first ID goes on: %i',
    async () => {
      const { bob, making, support } = madeUser();
      await publish([bob, support]);
      const both = [await alertOn(bob), await alertOn(support)];
      await store.db.updateTable('cases').set({ opened_at: now() }).where('id', 'in', both).execute();
      await follow(await publish([making]));
      const [first, last] = both.toSorted();
      if (first === undefined || last === undefined) throw new Error('two cases were opened');
      expect(await caseRow(last)).toMatchObject({ status: 'merged', merged_into: first });
      expect(await alertsOf(first)).toBe(2);
    },
  );

  test('a case whose response is under way is left alone until that has ended', async () => {
    const { bob, making, support } = madeUser();
    await publish([bob, support]);
    const [older, younger] = [await alertOn(bob), await alertOn(support)];
    await store.db.updateTable('cases').set({ status: 'responding' }).where('id', '=', younger).execute();
    await follow(await publish([making]));
    expect((await caseRow(younger)).status).toBe('responding');
    // When it has ended, the case hears of it where it says what it does next.
    expect(await setCaseStatus(store.db, younger, { status: 'watching', severity: 'low' })).toBe(older);
    expect(await caseRow(younger)).toMatchObject({ status: 'merged', merged_into: older });
    expect(await alertsOf(older)).toBe(2);
  });

  test('what a person has split off has a case of its own, which no link joins with the other again; a person does', async () => {
    const { bob, making, support } = madeUser();
    const refs = await publish([bob, making, support]);
    const first = await alertOn(bob);
    expect(await alertOn(support)).toBe(first);
    expect(await storeSplit(store.db, first, ['carol'], now())).toEqual({ kind: 'refused', code: 'no-such-actor' });
    expect(await storeSplit(store.db, first, ['bob', 'support'], now())).toMatchObject({ code: 'nothing-left' });
    const parted = await storeSplit(store.db, first, ['support'], now());
    if (parted.kind !== 'split') throw new Error(parted.code);
    await follow(refs);
    expect(await alertOn(support)).toBe(parted.into);
    expect([await alertsOf(first), await alertsOf(parted.into)]).toEqual([1, 2]);
    expect(await membersOf(first)).not.toContain(`user/${appAccount}/support`);
    expect(await membersOf(parted.into)).not.toContain(`user/${appAccount}/bob`);
    await claimAlerts(store.db, parted.into);
    await closeCaseIfNoUnclaimed(store.db, parted.into, 'false-positive', now());
    const next = await alertOn(support);
    await follow(refs);
    expect([(await caseRow(first)).status, (await caseRow(next)).status]).toEqual(['gathering', 'gathering']);
    expect(await storeLink(store.db, next, first, now())).toEqual({ kind: 'linked', into: first });
    expect(await caseRow(next)).toMatchObject({ status: 'merged', merged_into: first });
    expect(await alertsOf(first)).toBe(2);
    expect(await membersOf(first)).toContain(`user/${appAccount}/support`);
  });

  test('cases are not joined with themselves, with one that has ended, or with one whose response is under way', async () => {
    const { bob, support } = madeUser();
    await publish([bob, support]);
    const [older, younger] = [await alertOn(bob), await alertOn(support)];
    expect(await storeLink(store.db, older, older, now())).toMatchObject({ code: 'same-case' });
    expect(await storeLink(store.db, older, 'TH-NONE' as CaseId, now())).toMatchObject({ code: 'no-such-case' });
    await store.db.updateTable('cases').set({ status: 'responding' }).where('id', '=', younger).execute();
    expect(await storeLink(store.db, older, younger, now())).toMatchObject({ code: 'other-case-busy' });
    await claimAlerts(store.db, younger);
    await closeCaseIfNoUnclaimed(store.db, younger, 'inconclusive', now());
    expect(await storeLink(store.db, older, younger, now())).toMatchObject({ code: 'other-case-ended' });
  });

  test('a case that has closed keeps what it has, and holds nobody back', async () => {
    const { bob, making, support } = madeUser();
    await publish([bob, support]);
    const [older, younger] = [await alertOn(bob), await alertOn(support)];
    await claimAlerts(store.db, older);
    expect(await closeCaseIfNoUnclaimed(store.db, older, 'contained', now())).toBe(true);
    await follow(await publish([making]));
    expect((await caseRow(younger)).status).toBe('gathering');
    expect(await alertsOf(older)).toBe(1);
    const next = await alertOn(bob);
    expect([older]).not.toContain(next);
    expect(next).toBe(younger);
  });

  test('a hostile session of a role that a pipeline takes a thousand times is alone in its case', async () => {
    const cloud = new Cloud();
    const pipeline: Who = userOf(appAccount, 'ci', 'AKIACI00000000000001');
    for (let run = 0; run < 1000; run += 1) {
      const key = `ASIACI${String(run).padStart(14, '0')}`;
      cloud.call(pipeline, 'sts:AssumeRole', {
        at: run,
        from: '198.51.100.60',
        request: { roleArn: `arn:aws:iam::${dataAccount}:role/deploy`, roleSessionName: 'ci' },
        response: {
          credentials: { accessKeyId: key },
          assumedRoleUser: { arn: `arn:aws:sts::${dataAccount}:assumed-role/deploy/ci` },
        },
      });
    }
    await publish(cloud.records);
    const attack = new Cloud();
    const who: Who = {
      type: 'AssumedRole',
      principalId: 'AROADEPLOY:ci',
      arn: `arn:aws:sts::${dataAccount}:assumed-role/deploy/ci`,
      accountId: dataAccount,
      accessKeyId: 'ASIACI00000000000500',
    };
    attack.call(who, 'cloudtrail:StopLogging', { at: 2000, from: '203.0.113.66' });
    const [stopping] = attack.records;
    if (stopping === undefined) throw new Error('a call was made');
    const only = await alertOn(stopping);
    const held = await store.db.selectFrom('case_identities').selectAll().where('case_id', '=', only).execute();
    expect(held.map(({ identity_id: id }) => id).toSorted()).toEqual([
      'access-key/ASIACI00000000000500',
      `session/${dataAccount}/deploy/ci`,
    ]);
    const cases = await store.db.selectFrom('cases').select('id').execute();
    expect(cases).toHaveLength(1);
  });
});

/** Some users' calls, in order of time; some of the users are made by others of them. */
function someUsers(makers: readonly (number | null)[]): Cloud {
  const cloud = new Cloud();
  const users = makers.map((_, index) =>
    userOf(appAccount, `user${index}`, `AKIAUSER${String(index).padStart(12, '0')}`),
  );
  for (const [index, maker] of makers.entries()) {
    const by = maker === null ? undefined : users[maker];
    const user = { userName: `user${index}` };
    if (by !== undefined)
      cloud.call(by, 'iam:CreateUser', {
        at: index * 60,
        from: `198.51.100.${maker}`,
        request: user,
        response: { user },
      });
  }
  for (const round of [1, 2, 3])
    for (const [index, user] of users.entries())
      cloud.call(user, 's3:ListBuckets', { at: 1000 * round + index, from: `198.51.100.${index + 50 * (round % 2)}` });
  return cloud;
}

/** Which alerts are together in an open case, and whom that holds. Of cases that were opened at one instant, either may be the older. */
async function openCasesAsTold(): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select c.severity,
      array(select anchor_event_id from alerts a where a.case_id = c.id order by 1) as alerts,
      array(select row(identity_id, role, since, whole, held)::text from case_identities i where i.case_id = c.id order by 1) as held,
      array(select id from case_seeds s where s.case_id = c.id order by 1) as seeds
    from cases c where closed_at is null order by alerts`.execute(store.db);
  return rows;
}

async function forgetCases(): Promise<void> {
  await sql`truncate cases, alerts, case_identities, case_seeds cascade`.execute(store.db);
  alerts = 0;
}

async function forgetEvents(): Promise<void> {
  await sql`truncate events, event_keys, sightings, links, link_ends, identities, identity_aliases cascade`.execute(
    store.db,
  );
}

/** A stolen key shares a snapshot with an account that nobody watches, and that one copies it. @param before by an administrator, days ago. */
function sharedOutside(before?: 'shared before'): {
  readonly earlier: readonly JsonObject[];
  readonly stolen: JsonObject;
  readonly sharing: JsonObject;
  readonly copying: JsonObject;
} {
  const cloud = new Cloud();
  const from = '203.0.113.66';
  const bob = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
  function share(who: Who, at: number, address: string): void {
    cloud.call(who, 'ec2:ModifySnapshotAttribute', {
      at,
      from: address,
      request: {
        snapshotId: 'snap-1',
        attributeType: 'CREATE_VOLUME_PERMISSION',
        createVolumePermission: { add: { items: [{ userId: strangeAccount }] } },
      },
    });
  }
  if (before !== undefined) share(userOf(appAccount, 'alice', 'AKIAALICE00000000001'), -86_400, '198.51.100.20');
  const earlier = [...cloud.records];
  cloud.call(bob, 'sts:GetCallerIdentity', { at: 0, from });
  share(bob, 60, from);
  cloud.call(seenFromOutside(userOf(strangeAccount, 'collector', 'AKIACOLLECTOR0000001')), 'ec2:CopySnapshot', {
    at: 120,
    account: appAccount,
    from: '203.0.113.99',
    request: { sourceSnapshotId: 'snap-1', sourceRegion: 'us-east-1' },
  });
  const [stolen, sharing, copying] = cloud.records.slice(earlier.length);
  if (stolen === undefined || sharing === undefined || copying === undefined) throw new Error('three calls were made');
  return { earlier, stolen, sharing, copying };
}

describe('an account that nobody watches', () => {
  test('which uses what a case shared with it is of that case, in whichever order alerts come', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    await publish([stolen, sharing, copying]);
    const first = await alertOn(stolen);
    expect(await alertOn(copying)).toBe(first);
    expect(await alertOn(copying)).toBe(first);
    expect(await alertsOf(first)).toBe(3);
  });

  test('is of it where the alert on what it did came first', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    await publish([stolen, sharing, copying]);
    const ofOutsider = await alertOn(copying);
    expect(await alertOn(stolen)).toBe(ofOutsider);
    const both = await alertsOn([copying, stolen]);
    expect(new Set(both)).toEqual(new Set([ofOutsider]));
  });

  test('is of it where alerts on both come at once', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    await publish([stolen, sharing, copying]);
    await alertsOn([copying, stolen]);
    const open = await store.db.selectFrom('cases').select('id').where('closed_at', 'is', null).execute();
    expect(open).toHaveLength(1);
  });

  test('is of it where the record of the sharing is read last', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    await publish([stolen, copying]);
    const [older, younger] = [await alertOn(stolen), await alertOn(copying)];
    expect(younger).not.toBe(older);
    await follow(await publish([sharing]));
    expect(await caseRow(younger)).toMatchObject({ status: 'merged', merged_into: older });
  });

  test('has a case of its own where somebody else had let it in before', async () => {
    const { earlier, stolen, sharing, copying } = sharedOutside('shared before');
    await publish([...earlier, stolen, sharing, copying]);
    const first = await alertOn(stolen);
    expect(await alertOn(copying)).not.toBe(first);
  });

  test('has a case of its own where a person has taken it out of the case', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    await publish([stolen, sharing, copying]);
    const first = await alertOn(stolen);
    await sql`
      insert into case_separations (case_id, identity_id)
      values (${first}, ${`user/${strangeAccount}/AIDACOLLECTORXXX`})`.execute(store.db);
    expect(await alertOn(copying)).not.toBe(first);
  });

  test('has a case of its own where its call was before anything was shared with it', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    const early = { ...copying, eventTime: '2026-11-20T09:00:30Z' };
    await publish([stolen, sharing, early]);
    const first = await alertOn(stolen);
    expect(await alertOn(early)).not.toBe(first);
  });

  test('has a case of its own where so many let it in that the first of them is not known', async () => {
    const { stolen, sharing, copying } = sharedOutside();
    await publish([stolen, sharing, copying]);
    await sql`
      insert into links (id, at, account_id, event_id, link)
      select 'l' || n, '2026-11-20T10:00:00Z', ${appAccount}, 'e' || n, jsonb_build_object('from', 'user/x/' || n, 'to', ${`account/${strangeAccount}`}::text,
        'how', 'shared-with', 'strength', 'proved', 'at', '2026-11-20T10:00:00Z', 'proof', jsonb_build_array(jsonb_build_object('accountId', ${appAccount}::text, 'eventId', 'e' || n, 'revision', 0))) from generate_series(1, 5000) n`.execute(
      store.db,
    );
    await sql`
      insert into link_ends (node, at, link_id, lasting)
      select ${`account/${strangeAccount}`}, '2026-11-20T10:00:00Z', 'l' || n, true from generate_series(1, 5000) n`.execute(
      store.db,
    );
    const first = await alertOn(stolen);
    expect(await alertOn(copying)).not.toBe(first);
  });
});

/** A stolen key sets the password of somebody in a directory, of whom no record is older; and their session makes a user. */
function passwordSetInDirectory(): readonly [setting: JsonObject, using: JsonObject] {
  const cloud = new Cloud();
  cloud.call(userOf(appAccount, 'bob', 'AKIABOB0000000000001'), 'sso-directory:UpdatePassword', {
    at: 0,
    from: '203.0.113.66',
    request: { identityStoreId: 'd-1234567890', userId: 'kim-user-id' },
  });
  const kim = {
    ...sessionOf(dataAccount, 'AWSReservedSSO_developer_0123456789abcdef', 'kim', 'ASIAKIM0000000000001'),
    onBehalfOf: {
      userId: 'kim-user-id',
      identityStoreArn: `arn:aws:identitystore::${appAccount}:identitystore/d-1234567890`,
    },
  };
  cloud.call(kim, 'iam:CreateUser', {
    at: 60,
    from: '203.0.113.120',
    request: { userName: 'x' },
    response: { user: { userName: 'x' } },
  });
  const [setting, using] = cloud.records;
  if (setting === undefined || using === undefined) throw new Error('two calls were made');
  return [setting, using];
}

/** Three users, in two accounts, who have an outside account in common: two share with it, and one lets it in. */
function namedOutside(): { readonly [K in 'shares' | 'alsoShares' | 'letsIn']: JsonObject } {
  const cloud = new Cloud();
  function share(who: Who, at: number, from: string): void {
    cloud.call(who, 'ec2:ModifySnapshotAttribute', {
      at,
      from,
      request: {
        snapshotId: 'snap-1',
        attributeType: 'CREATE_VOLUME_PERMISSION',
        createVolumePermission: { add: { items: [{ userId: strangeAccount }] } },
      },
    });
  }
  share(userOf(appAccount, 'heidi', 'AKIAHEIDI00000000001'), 0, '203.0.113.70');
  share(userOf(appAccount, 'judy', 'AKIAJUDY000000000001'), 30, '203.0.113.72');
  const Principal = { AWS: `arn:aws:iam::${strangeAccount}:root` };
  cloud.call(userOf(dataAccount, 'ivan', 'AKIAIVAN000000000001'), 'iam:CreateRole', {
    at: 60,
    from: '203.0.113.71',
    request: {
      roleName: 'vendor',
      assumeRolePolicyDocument: JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
      }),
    },
    response: { role: { roleName: 'vendor' } },
  });
  const [shares, alsoShares, letsIn] = cloud.records;
  if (shares === undefined || alsoShares === undefined || letsIn === undefined)
    throw new Error('three calls were made');
  return { shares, alsoShares, letsIn };
}

describe('cases that name an outside account', () => {
  async function openCases(): Promise<number> {
    const open = await store.db.selectFrom('cases').select('id').where('closed_at', 'is', null).execute();
    return open.length;
  }

  test('in two ways are one, in whichever order alerts come', async () => {
    const { shares, letsIn } = namedOutside();
    await publish([shares, letsIn]);
    const first = await alertOn(letsIn);
    expect(await alertOn(shares)).toBe(first);
    expect(await openCases()).toBe(1);
  });

  test('in two ways are one where alerts on both come at once', async () => {
    const { shares, letsIn } = namedOutside();
    await publish([shares, letsIn]);
    await alertsOn([shares, letsIn]);
    expect(await openCases()).toBe(1);
  });

  test('in two ways are one where one of the records is read last', async () => {
    const { shares, letsIn } = namedOutside();
    const [of, another] = [shares, letsIn].map((record) => ({
      ...record,
      eventID: `${record['eventID'] as string}-before`,
      eventName: 'GetCallerIdentity',
      eventSource: 'sts.amazonaws.com',
      requestParameters: null,
      responseElements: null,
    }));
    if (of === undefined || another === undefined) throw new Error('two calls were made');
    await publish([of, another, shares]);
    const [older, younger] = [await alertOn(of), await alertOn(another)];
    expect(younger).not.toBe(older);
    await follow(await publish([letsIn]));
    expect(await caseRow(younger)).toMatchObject({ status: 'merged', merged_into: older });
  });

  test('in one and the same way are two: many share with one vendor', async () => {
    const { shares, alsoShares } = namedOutside();
    await publish([shares, alsoShares]);
    const [one, other] = [await alertOn(shares), await alertOn(alsoShares)];
    expect(other).not.toBe(one);
    expect(new Set(await alertsOn([shares, alsoShares]))).toEqual(new Set([one, other]));
  });

  test('in two ways stay two where a person has taken one out of the other', async () => {
    const { shares, letsIn } = namedOutside();
    await publish([shares, letsIn]);
    const first = await alertOn(shares);
    await sql`
      insert into case_separations (case_id, identity_id)
      values (${first}, 'access-key/AKIAIVAN000000000001')`.execute(store.db);
    expect(await alertOn(letsIn)).not.toBe(first);
  });
});

describe('a session of somebody whose password in a directory a case set', () => {
  test.each(['first', 'last', 'at once'])('is of that case where the alert on it comes %s', async (order) => {
    const [setting, using] = passwordSetInDirectory();
    await publish([setting, using]);
    if (order === 'at once') await alertsOn([setting, using]);
    else for (const record of order === 'first' ? [using, setting] : [setting, using]) await alertOn(record);
    const open = await store.db.selectFrom('cases').select('id').where('closed_at', 'is', null).execute();
    expect(open).toHaveLength(1);
  });
});

describe('alerts that come together', () => {
  test('are given to the same cases as when they come one after the other', async () => {
    const maker = fc.option(fc.nat(5), { freq: 2 });
    const makers = fc.array(maker, { minLength: 6, maxLength: 6 });
    const order = fc.shuffledSubarray([...Array(18).keys()], { minLength: 4 });
    await fc.assert(
      fc.asyncProperty(makers, order, fc.nat(8), async (given, chosen, first) => {
        await forgetEvents();
        const cloud = someUsers(given.map((by, index) => (by === index ? null : by)));
        const refs = await publish(cloud.records);
        const calls = cloud.records.filter(({ eventName }) => eventName === 'ListBuckets');
        const about = chosen.map((index) => calls[index]).filter((record) => record !== undefined);
        await forgetCases();
        for (const record of about) await alertOn(record);
        const oneByOne = await openCasesAsTold();
        await forgetCases();
        await alertsOn(about.slice(0, first));
        await alertsOn(about.slice(first));
        expect(await openCasesAsTold()).toEqual(oneByOne);
        await follow(refs);
        expect(await openCasesAsTold()).toEqual(oneByOne);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test('open a hundred cases that nothing ties by as many statements as one', async () => {
    const cloud = someUsers(Array.from({ length: 100 }, () => null));
    await publish(cloud.records);
    const alertsOf100: AlertForCase[] = [];
    for (const record of cloud.records.slice(0, 100)) alertsOf100.push(await newAlert(record));
    const [one, ...others] = alertsOf100;
    if (one === undefined) throw new Error('there are calls');
    const asked = await statementsOf((db) => assignToCases(db, [one], now()));
    expect(await statementsOf((db) => assignToCases(db, others, now()))).toBe(asked);
    expect(await store.db.selectFrom('cases').select('id').execute()).toHaveLength(100);
  });

  test('are given by as many statements as one where their cases have begun there before', async () => {
    const cloud = someUsers([null, null]);
    await publish(cloud.records);
    await alertsOn(cloud.records.slice(0, 2));
    const flood: AlertForCase[] = [];
    for (let index = 0; index < 50; index += 1) flood.push(await newAlert(cloud.records[index % 2] ?? {}));
    const [one, ...others] = flood;
    if (one === undefined) throw new Error('there are alerts');
    const asked = await statementsOf((db) => assignToCases(db, [one], now()));
    expect(await statementsOf((db) => assignToCases(db, others, now()))).toBeLessThanOrEqual(asked + 2);
    const severities = await store.db.selectFrom('cases').select('severity').execute();
    expect(severities.map(({ severity }) => severity)).toEqual(['high', 'high']);
  });
});

/** How many statements a transaction's work takes. */
async function statementsOf(work: (db: Transaction<Database>) => Promise<void>): Promise<number> {
  let statements = 0;
  await store.db.transaction().execute(async (db) => {
    const counting: KyselyPlugin = {
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    await work(db.withPlugin(counting));
  });
  return statements;
}
