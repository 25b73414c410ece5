import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { draftPlan, loadPlan, loadPlans } from '../../src/adapters/store/cases/plan-store.ts';
import type { Action, ActionOf } from '../../src/model/action.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { JournalRow } from '../../src/response/action-journal.ts';
import { moduleOf } from '../../src/response/action-registry.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { aPlan, caseId, rotationIn } from '../approval/decision-fixtures.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

/*
 * The attacker owns PostgreSQL, and its aim is to have a case present a plan of the attacker's making.
 */

let store: Store;
const at = '2026-11-24T12:00:00.000Z' as Instant;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  const actor = { kind: 'user', accountId: '111122223333' as AccountId, name: 'data-export' } as const;
  const status = { status: 'gathering', severity: 'low', opened_at: at } as const;
  await store.db
    .insertInto('cases')
    .values({ id: caseId, actor_key: 'user', actor: JSON.stringify(actor), account_id: actor.accountId, ...status })
    .execute();
});

afterAll(async () => {
  await store.close();
});

test('a draft that lies in the store before the case makes its own is not what the case presents', async () => {
  const [foreign, own] = [aPlan({ waysIn: [], byHand: [{ kind: 'root' }] }), aPlan()];
  await draftPlan(store.db, foreign, at);
  expect((await draftPlan(store.db, own, at)).digest).toBe(own.digest);
  const kept = await store.db.selectFrom('plans').select('digest').where('case_id', '=', caseId).execute();
  expect(kept).toEqual([{ digest: own.digest }]);
});

describe('a plan that is larger than any of ours', () => {
  /** Well sealed, whatever its size. */
  function grown(version: number, bytes: number): Plan {
    const { digest: _, ...content } = aPlan({ version });
    const text = 'x'.repeat(200_000);
    const first = { kind: 'not-followed', what: 'identities', count: 1, first: text } as const;
    return sealPlan({ ...content, byHand: Array.from({ length: Math.ceil(bytes / text.length) }, () => first) });
  }

  async function putInto(plan: Plan, presentedAt: Instant): Promise<void> {
    await sql`insert into plans (digest, case_id, version, plan, standing, presented_at)
      values (${plan.digest}, ${plan.caseId}, ${plan.version}, ${JSON.stringify(plan)}, 'presented', ${presentedAt})`.execute(
      store.db,
    );
  }

  test('is altered to whoever shows, signs or carries it out, and nothing of it is read', async () => {
    const [fits, large] = [grown(10, 4_000_000), grown(11, 12_000_000)];
    for (const plan of [fits, large]) await putInto(plan, at);
    expect(openPlan(large).kind).toBe('intact'); // else its size were not what it is refused for
    expect(openPlan(await loadPlan(store.db, fits.digest)).kind).toBe('intact');
    const loaded = await loadPlan(store.db, large.digest);
    expect(JSON.stringify(loaded).length).toBeLessThan(100);
    expect(openPlan(loaded)).toEqual({ kind: 'altered' });
    const opened = (await loadPlans(store.db, caseId)).map(({ version, opened: { kind } }) => [version, kind]);
    expect(opened).toContainEqual([10, 'intact']);
    expect(opened).toContainEqual([11, 'altered']);
  });

  test('nor is more read of many plans together than there is room for: the latest are', async () => {
    await sql`delete from plans`.execute(store.db);
    for (let version = 1; version <= 12; version += 1)
      await putInto(grown(version, 7_000_000), `2026-11-24T12:${10 + version}:00.000Z` as Instant);
    const plans = await loadPlans(store.db, caseId);
    expect(plans.map(({ version, opened }) => [version, opened.kind])).toEqual(
      Array.from({ length: 12 }, (_, index) => [12 - index, index < 9 ? 'intact' : 'altered']),
    );
    await sql`delete from plans`.execute(store.db);
  }, 60_000);
});

test('a plan that undoes nothing gives no access back, whatever its digest says', () => {
  const [deactivation] = aPlan().actions;
  if (deactivation?.type !== 'deactivateAccessKey') throw new Error('the plan was to begin with a deactivation');
  const id = `activate-${deactivation.target.accessKeyId}`;
  const activation: ActionOf<'activateAccessKey'> = { ...deactivation, id, type: 'activateAccessKey' };
  expect(openPlan(aPlan({ actions: [activation] }))).toEqual({ kind: 'altered' });
  expect(openPlan(aPlan({ actions: [activation], purpose: { undo: aPlan().digest } })).kind).toBe('intact');
});

describe('an action has the ID that is made of its type and target', () => {
  const [deactivation] = aPlan().actions;
  if (deactivation?.type !== 'deactivateAccessKey') throw new Error('the plan was to begin with a deactivation');
  const { target } = deactivation;
  const other = { ...target, accessKeyId: 'AKIAADMINISTRATOR001' };

  test.each([
    ['another key under its name', { ...deactivation, target: other }],
    ['another type under its name', { ...deactivation, type: 'rotateAccessKey', params: rotationIn(aPlan()).params }],
    ['a name of its own', { ...deactivation, id: 'deactivate-nothing-at-all' }],
  ])('%s is refused', (_what, action) => {
    expect(openPlan(aPlan({ actions: [action as Action] }))).toEqual({ kind: 'altered' });
  });

  test('one action comes once, and users and roles of one name in two accounts have two', () => {
    expect(openPlan(aPlan({ actions: [deactivation, deactivation] }))).toEqual({ kind: 'altered' });
    function denial(accountId: string): Action {
      return {
        id: `deny-admin@${accountId}`,
        type: 'denyUserEverything',
        target: { kind: 'user', accountId: accountId as AccountId, userName: 'admin' },
        params: { policyName: 'TrailhoundDenyEverything' },
        dependsOn: [],
        recommended: true,
      };
    }
    expect(openPlan(aPlan({ actions: [denial('111122223333'), denial('444455556666')] })).kind).toBe('intact');
  });

  test('the inverses of all actions have theirs as well', () => {
    const key = 'AKIANEWNEWNEWNEWNEW1';
    const rows = [
      rowOf('create-and-store-key', 'called', { accessKeyId: key }),
      rowOf('deactivate-keys', 'checked', { active: [key] }),
    ];
    const user = { kind: 'user', accountId: target.accountId, userName: 'back,door' } as const;
    const policy = { policyName: 'TrailhoundDenyEverything' };
    const role = { kind: 'role', accountId: target.accountId, roleName: 'Deployer' } as const;
    const revocation = { policyName: 'TrailhoundRevokeSessions', issuedBefore: at, sessions: [] };
    const actions: readonly Pick<Action, 'type' | 'target' | 'params'>[] = [
      deactivation,
      rotationIn(aPlan()),
      { type: 'denyUserEverything', target: user, params: policy },
      { type: 'disableCreatedIdentity', target: user, params: policy },
      { type: 'revokeRoleSessions', target: role, params: revocation },
    ];
    const inverses = actions.map((content) => {
      const module = moduleOf(content.type);
      const action = { ...content, id: module.idOf(content), dependsOn: [], recommended: true };
      return module.inverse(action, rows).actions.map((inverse) => {
        expect(openPlan(aPlan({ actions: [inverse], purpose: { undo: aPlan().digest } })).kind).toBe('intact');
        return inverse.id;
      });
    });
    const activation = `activate-${target.accessKeyId}`;
    expect(inverses).toEqual([
      [activation],
      [activation, `deactivate-${key}`],
      [expect.stringMatching(/^lift-deny-back-door-[0-9a-f]{8}@111122223333$/)],
      [expect.stringMatching(/^lift-deny-back-door-[0-9a-f]{8}@111122223333$/), `activate-${key}`],
      ['lift-now-revoke-Deployer@111122223333'],
    ]);
  });
});

function rowOf(step: string, mark: JournalRow['mark'], data: JournalRow['data']): JournalRow {
  return { intentId: 'i', step, mark, attempt: 0, at, awsRequestIds: [], data };
}
