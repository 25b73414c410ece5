import { afterEach, expect, test } from 'vitest';
import { loadCase } from '../../src/adapters/store/cases/case-store.ts';
import { loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';
import { accessKeyId, secondsAgo, userRecord } from '../investigation/trail-records.ts';

let world: CaseWorld;
afterEach(() => world.close());

function iam(ago: number, eventName: string, requestParameters: JsonObject, responseElements?: JsonObject): JsonObject {
  return userRecord({
    eventSource: 'iam.amazonaws.com',
    eventName,
    readOnly: false,
    eventTime: secondsAgo(ago),
    requestParameters,
    ...(responseElements === undefined ? {} : { responseElements }),
  });
}

test('a user that renamed itself before the first look keeps its key open: the plan is about its new name, and closes it', async () => {
  const nobody = { exists: false, userId: null, keys: [], hasPassword: false };
  // IAM answers NoSuchEntity for the old name.
  world = await openCaseWorld({ watchMs: 2_000, userState: (name) => (name === 'mallory2' ? {} : nobody) });
  await world.addRecords([
    iam(45, 'CreateUser', { userName: 'shadow' }, { user: { userName: 'shadow', userId: 'AIDASHADOW' } }),
    iam(20, 'UpdateUser', { userName: 'mallory', newUserName: 'mallory2' }),
  ]);
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('a plan was to be presented');
  const opened = openPlan(await loadPlan(world.store.db, planDigest));
  if (opened.kind !== 'intact') throw new Error('the plan was to be readable');
  expect(opened.plan.waysIn).toContainEqual(
    expect.objectContaining({ state: 'open', what: expect.objectContaining({ accessKeyId, userName: 'mallory2' }) }),
  );
  const aboutKey = opened.plan.actions.find(({ type }) => type === 'deactivateAccessKey');
  expect(aboutKey).toMatchObject({ recommended: true, target: { accessKeyId, userName: 'mallory2' } });

  const others = opened.plan.actions.filter(({ type }) => type === 'disableCreatedIdentity');
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  const decision = await world.decision({ caseId, planDigest, actions: others });
  await handle.executeUpdate(decide, { args: [decision] });
  await world.until(
    caseId,
    (now) => now.state.status === 'closed' || (now.planDigest !== null && now.planDigest !== planDigest),
  );
  expect((await loadCase(world.store.db, caseId))?.verdict).not.toBe('contained');
}, 90_000);
