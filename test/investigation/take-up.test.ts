import { Client } from '@temporalio/client';
import { afterEach, describe, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { changeAlert } from '../../src/adapters/store/detection/alert-store.ts';
import { claimAlerts } from '../../src/adapters/store/cases/alert-claims.ts';
import { caseTroubles, openCases } from '../../src/adapters/store/cases/case-recall.ts';
import { loadCase, loadCaseAlerts } from '../../src/adapters/store/cases/case-store.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { loadLatestPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { createDoorbells } from '../../src/adapters/temporal/doorbells.ts';
import { decide, replan, summary, type CaseSummary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
import { emptyRuleSet } from '../detect-live/fake-rules.ts';
import { accountId, s3BrowserRecord, secondsAgo, userRecord } from './trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

function ringsOf(client: Client) {
  return createDoorbells({ polling: client, cases: client });
}

const otherUser = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLETRENT',
  arn: `arn:aws:iam::${accountId}:user/trent`,
  accountId,
  accessKeyId: 'AKIAEXAMPLETRENT',
  userName: 'trent',
};

/** The reconciler's own activities, over this world's store. */
function reconciling(here: CaseWorld, cases: Client) {
  return createDetectActivities({
    store: createDetectionStore(here.store),
    ruleSet: emptyRuleSet,
    ringDetect: async () => {},
    ringCase: (caseId) => ringsOf(cases).ringCase(caseId),
    takeUpLost: (open) => ringsOf(cases).takeUpLost(open),
    ringAgainAfterMs: 0,
  });
}

/** A case that has reached a state, whose workflow is then terminated, as the state's last recorded moment has it. */
async function lostIn(status: CaseSummary['state']['status'], options: CaseWorldOptions = {}) {
  const here = await openCaseWorld({ watchMs: 600_000, ...options });
  world = here;
  const caseId = await here.openCase();
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  const { planDigest } = await here.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  const signed = await here.decision({ caseId, planDigest });
  if (status === 'watching' || status === 'needs-a-person') {
    await handle.executeUpdate(decide, { args: [signed] });
    await here.until(caseId, ({ state }) => state.status === status);
  }
  await handle.terminate('lost');
  return { here, caseId, planDigest, signed };
}

/** A case whose response goes on, and cannot tell whether a key that it made is live. */
async function held(here: CaseWorld) {
  const caseId = await here.openCase();
  const { planDigest } = await here.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  const { opened } = (await loadLatestPlan(here.store.db, caseId)) ?? {};
  const planned = opened?.kind === 'intact' ? opened.plan.actions : [];
  const actions = planned.filter(({ type }) => type === 'rotateAccessKey');
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  await handle.executeUpdate(decide, { args: [await here.decision({ caseId, planDigest, actions })] });
  const { responseWorkflowId } = await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
  if (responseWorkflowId === null) throw new Error('its response goes on');
  return { caseId, planDigest, responseWorkflowId };
}

async function takenUp({ client, store }: CaseWorld, caseId: CaseId): Promise<void> {
  expect(await openCases(store.db, 0)).toContain(caseId);
  expect(await ringsOf(client).takeUpCase(caseId)).toBe(true);
  expect(await ringsOf(client).takeUpCase(caseId)).toBe(false);
}

describe('an open case whose workflow was terminated is taken up again', () => {
  test('while it waits for a decision: the same plan waits on, and takes its decision', async () => {
    const { here, caseId, planDigest } = await lostIn('awaiting-decision');
    await takenUp(here, caseId);
    const after = await here.until(caseId, awaitsDecision);
    expect(after).toMatchObject({ planDigest, planVersion: 1, alertCount: 1 });
    const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
    const signed = await here.decision({ caseId, planDigest });
    expect(await handle.executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'accepted' });
    await here.until(caseId, ({ state }) => state.status === 'watching');
    const troubles = await caseTroubles(here.store.db, new Date().toISOString() as Instant);
    expect(troubles).toContainEqual(expect.objectContaining({ kind: 'case-taken-up', caseId }));
  });

  test('while it gathers: it gathers anew', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    await here.store.db.updateTable('cases').set({ status: 'gathering' }).where('id', '=', caseId).execute();
    await takenUp(here, caseId);
    const after = await here.until(caseId, awaitsDecision);
    expect(after.planVersion).toBe(2);
  });

  test('between a decision and its response: a fresh plan is presented, and the decision is not used again', async () => {
    const { here, caseId, planDigest } = await lostIn('awaiting-decision');
    await here.store.db.updateTable('plans').set({ standing: 'decided' }).where('case_id', '=', caseId).execute();
    await takenUp(here, caseId);
    const after = await here.until(caseId, awaitsDecision);
    expect(after.planVersion).toBe(2);
    expect(after.planDigest).not.toBe(planDigest);
    expect(here.stepsTaken).toEqual([]);
  });

  test('while a response was under way: a person is needed, and nothing is begun again', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    await here.store.db.updateTable('cases').set({ status: 'responding' }).where('id', '=', caseId).execute();
    await here.store.db.updateTable('plans').set({ standing: 'decided' }).where('case_id', '=', caseId).execute();
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(after.state).toEqual({ status: 'needs-a-person', why: 'outcome-unknown' });
    expect(here.stepsTaken).toEqual([]);
  });

  test('while its response runs: the case waits for its end, is neither replanned nor closed, and goes on with the result', async () => {
    let gone = false;
    function settle() {
      return gone
        ? ({ kind: 'settled', found: 'removed', detail: 'Removed.', foreign: [] } as const)
        : ({ kind: 'held', why: 'Key AKIANEW may be live.', passing: false } as const);
    }
    const old = secondsAgo(90 * 86_400);
    const keys = [{ accessKeyId: 'AKIAEXAMPLEMALLORY', status: 'Inactive' as const, createdAt: old }];
    const userState = { createdAt: old, keys };
    function respond(): 'done' | 'lost' {
      return gone ? 'done' : 'lost';
    }
    const here = await openCaseWorld({ respond, settle, watchMs: 2_000, userState });
    world = here;
    await here.addRecords([userRecord({ eventTime: secondsAgo(3 * 86_400), sourceIPAddress: '198.51.100.7' })]);
    const { caseId, planDigest, responseWorkflowId } = await held(here);
    const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
    await handle.terminate('lost');
    await takenUp(here, caseId);
    await here.until(caseId, (summary) => summary.responseWorkflowId === responseWorkflowId);
    const rejection = await here.decision({ caseId, planDigest, verdict: 'reject', actions: [] });
    expect(await handle.query(summary)).toMatchObject({ state: { status: 'needs-a-person', why: 'key-may-be-live' } });
    await handle.executeUpdate(replan, { args: [{ requestedBy: 'alice' }] });
    expect(await handle.executeUpdate(decide, { args: [rejection] })).toMatchObject({ kind: 'refused' });
    expect(await handle.query(summary)).toMatchObject({ planDigest, responseWorkflowId });
    gone = true;
    await here.until(caseId, ({ state }) => state.status === 'watching');
  });

  test('while it needs a person: it says why, as before, and accepts no decision twice', async () => {
    const { here, caseId, signed } = await lostIn('needs-a-person', { respond: () => 'fail' });
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(after.state).toEqual({ status: 'needs-a-person', why: 'response-failed' });
    const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
    expect(await handle.executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'duplicate' });
  });

  test('and one that has closed meanwhile stays closed', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    await here.store.db
      .updateTable('cases')
      .set({ status: 'closed', verdict: 'rejected', closed_at: new Date().toISOString() as Instant })
      .where('id', '=', caseId)
      .execute();
    await ringsOf(here.client).takeUpCase(caseId);
    const result = await here.client.workflow.getHandle(caseWorkflowId(caseId)).result();
    expect(result).toEqual({ caseId, verdict: 'rejected' });
  });
});

describe('the reconciler', () => {
  test('takes up the one case that is lost, and describes none of those that are listed as running', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    const [event] = await here.addRecords([s3BrowserRecord({ userIdentity: otherUser })]);
    if (event === undefined) throw new Error('the record was not stored');
    const running = await here.raiseAlert(event);
    await here.ring(running);
    expect(running).not.toBe(caseId);
    const described: string[] = [];
    const counting = new Client({
      connection: here.client.connection,
      namespace: here.temporal.namespace,
      dataConverter: here.dataConverter,
      interceptors: {
        workflow: [
          {
            describe: async (input, next) => {
              described.push(input.workflowExecution.workflowId ?? '');
              return await next(input);
            },
          },
        ],
      },
    });
    const activities = reconciling(here, counting);
    function ringAgain() {
      return activities.ringAgain();
    }
    // It was opened just now: visibility may not list it yet, and it is not lost.
    await ringAgain();
    async function ids() {
      const found: string[] = [];
      for await (const { workflowId } of here.client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
        found.push(workflowId);
      return found.toSorted();
    }
    await expect.poll(ids, { timeout: 20_000 }).toEqual([caseWorkflowId(caseId), caseWorkflowId(running)].toSorted());
    described.length = 0;
    expect(await ringAgain()).toMatchObject({ takenUp: 0 });
    expect(described).toEqual([]);
    await here.client.workflow.getHandle(caseWorkflowId(caseId)).terminate('lost again');
    await expect.poll(ids, { timeout: 20_000 }).toEqual([caseWorkflowId(running)]);
    expect(await ringAgain()).toMatchObject({ takenUp: 1 });
    expect(described).toEqual([caseWorkflowId(caseId)]);
    await here.until(caseId, awaitsDecision);
  });
});

test.each([
  ['superseded', { kind: 'superseded', by: null }],
  ['excepted', { kind: 'excepted', exceptionId: 'known-robot' }],
] as const)('a case whose last alert was %s closes itself, and says why', async (_, status) => {
  const here = await openCaseWorld({});
  world = here;
  const caseId = await here.openCase();
  await here.until(caseId, awaitsDecision);
  const [alert] = await loadCaseAlerts(here.store.db, caseId);
  if (alert === undefined) throw new Error('there is an alert');
  const { id, eventRefs, detail } = alert;
  const at = new Date().toISOString() as Instant;
  await changeAlert(here.store.db, { id, eventRefs, detail, status, late: false }, at);
  await ringsOf(here.client).ringCase(caseId);
  const result = await here.client.workflow.getHandle(caseWorkflowId(caseId)).result();
  expect(result).toEqual({ caseId, verdict: 'no-alerts-left' });
  expect(await loadCase(here.store.db, caseId)).toMatchObject({
    status: 'closed',
    verdict: 'no-alerts-left',
    alertCount: 0,
  });
  expect((await loadLatestPlan(here.store.db, caseId))?.standing).toBe('superseded');
});

test('a case that makes no progress for as long as is allowed is told of', async () => {
  const { here, caseId } = await lostIn('awaiting-decision');
  await here.store.db.updateTable('cases').set({ status: 'gathering' }).where('id', '=', caseId).execute();
  async function stuck(afterMs: number) {
    return (await caseTroubles(here.store.db, new Date().toISOString() as Instant, afterMs)).filter(
      (trouble) => trouble.kind === 'case-stuck',
    );
  }
  await expect.poll(() => stuck(100), { timeout: 20_000 }).toMatchObject([{ caseId }]);
  expect(await stuck(600_000)).toEqual([]);
});

test('a claim that is repeated says what it claimed', async () => {
  const { here, caseId } = await lostIn('awaiting-decision');
  await here.store.db.updateTable('alerts').set({ claimed_at: null }).where('case_id', '=', caseId).execute();
  const at = '2026-01-02T03:04:05.678Z' as Instant;
  expect(await claimAlerts(here.store.db, caseId, at)).toBe(1);
  expect(await claimAlerts(here.store.db, caseId, at)).toBe(1);
  expect(await claimAlerts(here.store.db, caseId, '2026-01-02T03:04:05.679Z' as Instant)).toBe(0);
});
