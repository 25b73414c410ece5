import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { draftPlan } from '../../src/adapters/store/plan-store.ts';
import type { ActionOf } from '../../src/model/action.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { aPlan, caseId } from '../approval/decision-fixtures.ts';
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

test('a plan that undoes nothing gives no access back, whatever its digest says', () => {
  const [deactivation] = aPlan().actions;
  if (deactivation?.type !== 'deactivateAccessKey') throw new Error('the plan was to begin with a deactivation');
  const activation: ActionOf<'activateAccessKey'> = { ...deactivation, type: 'activateAccessKey' };
  expect(openPlan(aPlan({ actions: [activation] }))).toEqual({ kind: 'altered' });
  expect(openPlan(aPlan({ actions: [activation], purpose: { undo: aPlan().digest } })).kind).toBe('intact');
});
