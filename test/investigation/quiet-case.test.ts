import { afterEach, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { listCases } from '../../src/adapters/store/cases/case-store.ts';
import { loadLatestPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { liveCasePorts } from '../../src/entry/compose/case-ports.ts';
import { shownCase } from '../../src/views/shown-case.ts';
import { replan } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from './case-world.ts';
import { secondsAgo, userRecord } from './trail-records.ts';

let world: CaseWorld;
afterEach(() => world.close());

const daySeconds = 86_400;
const pipeline = { sourceIPAddress: '198.51.100.77', userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5' };

/** A call on IAM with the tool and from the address of every day. */
function deploy(eventName: string, secondsBefore: number, given: JsonObject = {}): JsonObject {
  return userRecord({
    ...pipeline,
    eventSource: 'iam.amazonaws.com',
    eventName,
    eventTime: secondsAgo(secondsBefore),
    requestParameters: { roleName: 'app' },
    ...given,
  });
}

function making(userName: string) {
  return { readOnly: false, requestParameters: { userName } };
}
const madeUser = making('app-mailer');

/** A month of infrastructure from code, in which a user is made each day; that of today raises an alert. */
async function alertedDeploy(): Promise<CaseId> {
  world = await openCaseWorld();
  const days = Array.from({ length: 28 }, (_, index) => index + 1);
  await world.addRecords(days.map((day) => deploy('CreateUser', day * daySeconds, making(`app-${day}`))));
  return await alertOn(deploy('CreateUser', 60, madeUser));
}

async function alertOn(record: JsonObject): Promise<CaseId> {
  const [event] = await world.addRecords([record]);
  if (event === undefined) throw new Error('the record was not stored');
  const caseId = await world.raiseAlert(event);
  await world.ring(caseId);
  return caseId;
}

function isQuiet({ state }: { readonly state: { readonly status: string } }) {
  return state.status === 'quiet';
}
test('a case that a long habit explains is listed and explained; nothing is ticked, and nobody is asked', async () => {
  const caseId = await alertedDeploy();
  await world.until(caseId, isQuiet);
  const listed = await listCases(world.store.db);
  expect(listed.map(({ id, status, closedAt }) => [id, status, closedAt])).toEqual([[caseId, 'quiet', null]]);
  expect(await loadLatestPlan(world.store.db, caseId)).toBeNull();
  const kinds = (await loadAuditRecords(world.store.db, caseId)).map(({ kind }) => kind);
  expect(kinds).toContain('case-quiet');
  expect(kinds).not.toContain('plan-presented');
  expect(kinds).not.toContain('needs-a-person');
  const { document } = await shownCase(liveCasePorts(world.store.db, world.trust), caseId);
  expect(document.quiet).toBe(true);
  expect(document.findings.some(({ direction, facts }) => direction === 'benign' && facts['because'] === 'habit')).toBe(
    true,
  );
  expect(document.waysIn.map(({ kind }) => kind)).toContain('user');
  expect(document.plan.actions.filter(({ recommended }) => recommended)).toEqual([]);
});

test('whoever asks for the plan of a quiet case gets it, with nothing ticked', async () => {
  const caseId = await alertedDeploy();
  await world.until(caseId, isQuiet);
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  expect(await handle.executeUpdate(replan, { args: [{ requestedBy: 'alice' }] })).toEqual({ accepted: true });
  await world.until(caseId, awaitsDecision);
  const { document } = await shownCase(liveCasePorts(world.store.db, world.trust), caseId);
  expect(document.plan.actions.length).toBeGreaterThan(0);
  expect(document.plan.actions.filter(({ recommended }) => recommended)).toEqual([]);
});

test('a quiet case wakes somebody when the same is done from elsewhere', async () => {
  const caseId = await alertedDeploy();
  await world.until(caseId, isQuiet);
  const elsewhere = { ...madeUser, sourceIPAddress: '203.0.113.66' };
  expect(await alertOn(deploy('CreateUser', 30, { ...elsewhere, requestParameters: { userName: 'ops' } }))).toBe(
    caseId,
  );
  await world.until(caseId, awaitsDecision);
  const { document } = await shownCase(liveCasePorts(world.store.db, world.trust), caseId);
  expect(document.quiet).toBe(false);
  expect(document.plan.actions.some(({ recommended }) => recommended)).toBe(true);
});
