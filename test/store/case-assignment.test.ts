import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimAlerts, closeCaseIfNoUnclaimed } from '../../src/adapters/store/cases/alert-claims.ts';
import { storeLink, storeSplit } from '../../src/adapters/store/cases/case-acts-store.ts';
import { assignToCase } from '../../src/adapters/store/cases/case-assignment.ts';
import { growByEvents } from '../../src/adapters/store/cases/case-growth.ts';
import { setCaseStatus } from '../../src/adapters/store/cases/case-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { publishSource } from '../../src/adapters/store/collection/publish.ts';
import { actorKey, actorOf } from '../../src/cloudtrail/actor.ts';
import { seedOfEvent } from '../../src/cloudtrail/seed.ts';
import type { CaseStatus } from '../../src/model/case-state.ts';
import type { AlertId, CaseId, Instant, SourceId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { EventRef } from '../../src/model/trail-event.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { found } from '../investigation/archive-of.ts';
import { appAccount, Cloud, dataAccount, userOf, type Who } from '../investigation/expected/cloud.ts';

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
  const { ecs, at, ref } = found(record);
  alerts += 1;
  const id = `sha256:${alerts}` as AlertId;
  await sql`
    insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key, anchor_account_id,
      anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at)
    values (${id}, 'r', 'd', 'a rule', 'low', 1, '[]', 'g', ${ref.accountId}, ${ref.eventId}, 0, ${JSON.stringify([ref])}, '{"kind":"query"}',
      '{"kind":"live"}', 'live', ${at}, now())`.execute(store.db);
  const actor = actorOf(ecs);
  const alert = {
    id,
    actor,
    actorKey: actorKey(actor),
    accountId: ref.accountId,
    severity: 'low',
    seed: seedOfEvent(ecs),
  } as const;
  return store.db.transaction().execute((db) => assignToCase(db, alert, now()));
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

describe('one case an intruder', () => {
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
