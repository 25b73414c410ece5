import { afterEach, describe, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { caseTroubles } from '../../src/adapters/store/cases/case-recall.ts';
import { loadCase } from '../../src/adapters/store/cases/case-store.ts';
import { storeCases } from '../../src/adapters/store/cases/case-desk.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createDoorbells } from '../../src/adapters/temporal/doorbells.ts';
import { entriesOfKind } from '../../src/audit/audit-record.ts';
import { reopenUncontained } from '../../src/commands/reopen-uncontained.ts';
import { liveCasePorts } from '../../src/entry/compose/case-ports.ts';
import { cases } from '../../src/views/cases.ts';
import { reopenUncontainedPorts } from '../../src/entry/compose/case-act-ports.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { undoProgress } from '../../src/messages/undo-messages.ts';
import { caseWorkflowId, undoWorkflowId } from '../../src/messages/workflow-ids.ts';
import { intactPlan } from '../../src/response/open-plan.ts';
import { loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import type { CaseId, Digest, Instant } from '../../src/model/ids.ts';
import { emptyRuleSet } from '../detect-live/fake-rules.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from './case-world.ts';
import { accessKeyId, s3BrowserRecord, secondsAgo } from './trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A case that was contained by an approved plan, watched, and closed. */
async function containedCase(): Promise<{
  readonly here: CaseWorld;
  readonly caseId: CaseId;
  readonly planDigest: Digest;
}> {
  const here = await openCaseWorld({
    watchMs: 2_000,
    ports: (given) => ({
      ...given,
      actionsTaken: async () => [{ actionId: `deactivate-${accessKeyId}`, outcome: 'done', rows: [] }],
    }),
  });
  world = here;
  const caseId = await here.openCase();
  const { planDigest } = await here.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  await handle.executeUpdate(decide, { args: [await here.decision({ caseId, planDigest })] });
  await here.until(caseId, ({ state }) => state.status === 'closed');
  expect(await loadCase(here.store.db, caseId)).toMatchObject({ status: 'closed', verdict: 'contained' });
  return { here, caseId, planDigest };
}

/** The reconciler's look at what waits in the store, over this world's store and Temporal. */
async function reconcile({ store, client, trust }: CaseWorld) {
  const doorbells = createDoorbells({ polling: client, cases: client });
  const ports = reopenUncontainedPorts(store.db, doorbells, { cases: storeCases(store.db, trust), watchGraceMs: 0 });
  return await createDetectActivities({
    store: createDetectionStore(store),
    ruleSet: emptyRuleSet,
    ringDetect: async () => {},
    ringCase: (caseId) => doorbells.ringCase(caseId),
    takeUpLost: (open) => doorbells.takeUpLost(open),
    reopenUncontained: () => reopenUncontained(ports),
    ringAgainAfterMs: 0,
  }).ringAgain();
}

async function troublesOf({ store }: CaseWorld) {
  return (await caseTroubles(store.db, new Date().toISOString() as Instant)).filter(
    ({ kind }) => kind === 'case-reopened',
  );
}

/** Each case of the list, with how many ways in it has that are not closed. */
async function listed({ store: { db }, trust }: CaseWorld) {
  const { investigations } = await cases(liveCasePorts(db, trust), { limit: 10 });
  return investigations.map(({ verdict, waysInLeft }) => [verdict, waysInLeft]);
}

async function reopenings({ store }: CaseWorld, caseId: CaseId) {
  return entriesOfKind(await loadAuditRecords(store.db, caseId), 'case-reopened');
}

describe('a case that closed as contained', () => {
  test('one of whose credentials works after all is opened again by the reconciler, asks for a person, and operators are told', async () => {
    const { here, caseId } = await containedCase();
    expect(await reconcile(here)).toMatchObject({ reopened: 0 });
    expect(await troublesOf(here)).toEqual([]);

    // Events have whole seconds: this one lies after the closing.
    await here.addRecords([s3BrowserRecord({ eventTime: secondsAgo(-2) })]);
    await expect.poll(() => reconcile(here), { timeout: 20_000 }).toMatchObject({ reopened: 1 });
    const { state } = await here.until(caseId, (now) => now.state.status === 'needs-a-person');
    expect(state).toMatchObject({ why: 'used-after-containment' });
    expect(await loadCase(here.store.db, caseId)).toMatchObject({ status: 'needs-a-person', verdict: null });
    const found = 'a call by one of its credentials went through since';
    expect(await troublesOf(here)).toMatchObject([{ caseId, how: found }]);
    expect(await reopenings(here, caseId)).toMatchObject([{ data: { verdict: 'contained', found } }]);
    expect(await reconcile(here)).toMatchObject({ reopened: 0 });
  });

  test('whose response is taken back is opened again by the reconciler, proposes anew, and operators are told', async () => {
    const { here, caseId, planDigest } = await containedCase();
    expect(await listed(here)).toEqual([['contained', 0]]);
    await here.client.workflow.start('undo', {
      workflowId: undoWorkflowId(caseId),
      taskQueue: taskQueues.orchestrate,
      args: [{ caseId, undoes: planDigest, requestedBy: 'alice' }],
    });
    const undoing = here.client.workflow.getHandle(undoWorkflowId(caseId));
    await expect
      .poll(() => undoing.query(undoProgress), { timeout: 20_000 })
      .toMatchObject({ kind: 'awaiting-decision' });
    const { plan } = (await undoing.query(undoProgress)) as { readonly plan: Digest };
    const { actions } = intactPlan(await loadPlan(here.store.db, plan), plan);
    await undoing.executeUpdate(decide, { args: [await here.decision({ caseId, planDigest: plan, actions })] });
    expect(await undoing.result()).toMatchObject({ kind: 'ended', ended: 'undone' });

    // Until the reconciler comes to it, the list marks it.
    expect(await listed(here)).toEqual([['contained', 1]]);
    expect(await reconcile(here)).toMatchObject({ reopened: 1 });
    await here.until(caseId, awaitsDecision);
    expect(await troublesOf(here)).toMatchObject([{ caseId, how: '1 way in is open now' }]);
    expect(await reconcile(here)).toMatchObject({ reopened: 0 });
  });
});
