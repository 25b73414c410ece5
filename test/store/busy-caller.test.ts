import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linksInStore } from '../../src/adapters/store/cases/case-growth.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { walk } from '../../src/investigation/links/walk.ts';
import type { CaseId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { appAccount, Cloud, dataAccount, userOf } from '../investigation/expected/cloud.ts';
import { alertOn, publishRecords } from '../investigation/live-store.ts';

const pipeline = userOf(appAccount, 'pipeline', 'AKIAPIPELINE00000001');
const ofPipeline = '198.51.100.7';
const ofIntruder = '203.0.113.66';
const dayS = 86_400;
let store: Store;

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterEach(() => store.close());

/** Sessions that the pipeline takes day by day, more than are read at once, as links of records that were published. */
async function sessionsOfPipeline(fromDay: number, count: number, ofAccount = appAccount): Promise<void> {
  const from = `user/${ofAccount}/pipeline`;
  const madeWith = 'access-key/AKIAPIPELINE00000001';
  const role = `role/${appAccount}/deploy`;
  await sql`
    with made as (
      select 'busy-' || ${fromDay}::int || '-' || n as id, ${fromDay}::int as day, n from generate_series(1, ${count}::int) n
    ), timed as (
      select *, '2026-11-20T09:00:00Z'::timestamptz + make_interval(days => day) + make_interval(secs => n * 10) as at,
        'session/' || ${appAccount} || '/deploy/' || id as session, 'access-key/ASIA' || upper(id) as key
      from made
    ), links as (
      insert into links (id, at, account_id, event_id, link)
      select id, at, ${appAccount}, id, jsonb_build_object('from', ${from}::text, 'to', session, 'how', 'assumed-role',
        'strength', 'proved', 'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'proof', jsonb_build_array(jsonb_build_object('accountId', ${appAccount}::text, 'eventId', id, 'revision', 0)),
        'via', jsonb_build_array(${role}::text), 'madeWith', ${madeWith}::text, 'gave', key,
        'source', ${ofPipeline}::text)
      from timed
    )
    insert into link_ends (node, at, link_id)
    select node, at, id from timed, unnest(array[${from}, ${madeWith}, ${role}, session, key]) node
  `.execute(store.db);
}

async function membersOf(id: CaseId): Promise<readonly string[]> {
  const rows = await store.db.selectFrom('case_identities').select('identity_id').where('case_id', '=', id).execute();
  return rows.map((row) => row.identity_id);
}

test('what an intruder made by a busy pipeline’s key, and took with it, stays in the case however much the pipeline does after', async () => {
  const cloud = new Cloud();
  cloud.call(pipeline, 'sts:GetCallerIdentity', { at: 0, from: ofIntruder });
  cloud.call(pipeline, 'iam:CreateUser', {
    at: 10,
    from: ofIntruder,
    request: { userName: 'support' },
    response: { user: { userName: 'support' } },
  });
  const taken = { account: appAccount, role: 'admin', session: 'night', key: 'ASIAINTRUDER00000001' };
  cloud.assume(pipeline, taken, { at: 20, from: ofIntruder });
  await sessionsOfPipeline(-2, 30);
  await publishRecords(store, cloud.records);
  const caseId = await alertOn(store, cloud.records[0] as JsonObject);
  const first = [`user/${appAccount}/support`, `session/${appAccount}/admin/night`];
  expect(await membersOf(caseId)).toEqual(expect.arrayContaining(first));

  await sessionsOfPipeline(1, 6000);
  const known = cloud.records.length;
  const next = { account: appAccount, role: 'deploy', session: 'last', key: 'ASIAPIPELINE0000LAST' };
  cloud.assume(pipeline, next, { at: 3 * dayS, from: ofPipeline });
  await publishRecords(store, cloud.records.slice(known));
  expect(await membersOf(caseId)).toEqual(expect.arrayContaining(first));
});

test('that not all of what an intruder’s key did is looked through is told, and what is all looked through is not', async () => {
  const cloud = new Cloud();
  cloud.call(pipeline, 'sts:GetCallerIdentity', { at: 0, from: ofIntruder });
  await sessionsOfPipeline(-9, 1500);
  await publishRecords(store, cloud.records);
  const caseId = await alertOn(store, cloud.records[0] as JsonObject);
  async function cutIn(): Promise<readonly unknown[]> {
    const seeds = await store.db.selectFrom('case_seeds').selectAll().where('case_id', '=', caseId).execute();
    const { limits } = await walk(seeds, await linksInStore(store.db));
    return limits.filter(({ kind }) => kind === 'latest-only');
  }
  // What it did a week before the first alert is not the intruder's.
  expect(await cutIn()).toEqual([]);
  await sessionsOfPipeline(1, 1500);
  expect(await cutIn()).toEqual([{ kind: 'latest-only', at: 'access-key/AKIAPIPELINE00000001' }]);
});

test('an alert on one of a busy pipeline’s sessions makes no suspect of the pipeline, however long ago the session was taken', async () => {
  const cloud = new Cloud();
  const taken = { account: appAccount, role: 'deploy', session: 'run', key: 'ASIARUN0000000000001' };
  const session = cloud.assume(pipeline, taken, { at: 20, from: ofPipeline });
  cloud.call(session, 's3:ListBuckets', { at: 30, from: ofIntruder });
  await sessionsOfPipeline(0, 30);
  await sessionsOfPipeline(3, 6000);
  await publishRecords(store, cloud.records);
  const caseId = await alertOn(store, cloud.records[1] as JsonObject);
  expect(await membersOf(caseId)).not.toContain(`user/${appAccount}/pipeline`);
});

test('whoever came by a role before an intruder opened it is nobody whom the intruder let in, however often they have come since', async () => {
  const mallory = userOf(appAccount, 'mallory', 'AKIAMALLORY000000001');
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${dataAccount}:root` },
  };
  const cloud = new Cloud();
  cloud.call(mallory, 'iam:UpdateAssumeRolePolicy', {
    at: 20,
    from: ofIntruder,
    request: { roleName: 'deploy', policyDocument: JSON.stringify({ Statement: [statement] }) },
  });
  await sessionsOfPipeline(-2, 30, dataAccount);
  await sessionsOfPipeline(1, 1200, dataAccount);
  await publishRecords(store, cloud.records);
  const caseId = await alertOn(store, cloud.records[0] as JsonObject);
  const members = await membersOf(caseId);
  expect(members).toContain(`role/${appAccount}/deploy`);
  expect(members.filter((id) => id.includes('/deploy/busy'))).toEqual([]);
});

test('a session whose name others use too is not the intruder’s whole, however much was done in it since it was handed out', async () => {
  const cloud = new Cloud();
  const shared = { account: appAccount, role: 'deploy', session: 'shared' };
  cloud.assume(pipeline, { ...shared, key: 'ASIAPIPELINE00000001' }, { at: 0, from: ofPipeline });
  const mallory = userOf(appAccount, 'mallory', 'AKIAMALLORY000000001');
  cloud.call(mallory, 'sts:GetCallerIdentity', { at: 5, from: ofIntruder });
  const session = cloud.assume(mallory, { ...shared, key: 'ASIAMALLORY000000001' }, { at: 10, from: ofIntruder });
  for (let n = 1; n <= 1100; n += 1)
    cloud.assume(
      session,
      { account: appAccount, role: 'next', session: `s${n}`, key: `ASIANEXT${n}` },
      { at: 10 + n, from: ofIntruder },
    );
  await publishRecords(store, cloud.records);
  const caseId = await alertOn(store, cloud.records[1] as JsonObject);
  const row = await store.db
    .selectFrom('case_identities')
    .select('whole')
    .where('case_id', '=', caseId)
    .where('identity_id', '=', `session/${appAccount}/deploy/shared`)
    .executeTakeFirstOrThrow();
  expect(row.whole).toBe(false);
});
