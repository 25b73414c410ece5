import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { decide, replan } from '../../src/messages/investigate-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { type UndoInput, undoProgress, type UndoState } from '../../src/messages/undo-messages.ts';
import { caseWorkflowId, undoWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { intactPlan } from '../../src/response/open-plan.ts';
import type { ActionTaken } from '../../src/response/undo-plan.ts';
import { readHistory, recordedHistories, recordHistory, replay, waysToRecord } from '../harness/recorded-histories.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
import { s3BrowserRecord } from './trail-records.ts';

interface Way {
  readonly options: CaseWorldOptions;
  readonly go: (world: CaseWorld, caseId: CaseId, planDigest: Digest) => Promise<unknown>;
}

async function give(world: CaseWorld, of: Parameters<CaseWorld['decision']>[0]): Promise<unknown> {
  const handle = world.client.workflow.getHandle(caseWorkflowId(of.caseId));
  return await handle.executeUpdate(decide, { args: [await world.decision(of)] });
}

/** One history for each way through the workflow; some end in the middle, as open cases do. */
const ways: Readonly<Record<string, Way>> = {
  'investigate-contained': {
    options: { watchMs: 2_000 },
    go: async (world, caseId, planDigest) => {
      await give(world, { caseId, planDigest, audience: 'elsewhere' });
      await give(world, { caseId, planDigest });
      return await world.client.workflow.getHandle(caseWorkflowId(caseId)).result();
    },
  },
  'investigate-rejected': {
    options: {},
    go: async (world, caseId, planDigest) => {
      await give(world, { caseId, planDigest, verdict: 'reject', actions: [] });
      return await world.client.workflow.getHandle(caseWorkflowId(caseId)).result();
    },
  },
  'investigate-expired': {
    options: { approvalExpiresAfterMs: 1_000 },
    go: async (world, caseId, planDigest) => {
      await world.until(caseId, ({ state }) => state.status === 'needs-a-person');
      await give(world, { caseId, planDigest });
      const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
      await handle.executeUpdate(replan, { args: [{ requestedBy: 'alice' }] });
      return await world.until(caseId, awaitsDecision);
    },
  },
  'investigate-superseded': {
    options: { watchMs: 600_000 },
    go: async (world, caseId) => {
      const minted = s3BrowserRecord({
        eventSource: 'sts.amazonaws.com',
        eventName: 'GetSessionToken',
        responseElements: { credentials: { accessKeyId: 'ASIAMINTED', expiration: 'Dec 24, 2099, 4:15:32 PM' } },
      });
      const [event] = await world.addRecords([minted]);
      if (event !== undefined) await world.raiseAlert(event);
      await world.ring(caseId);
      const { planDigest } = await world.until(caseId, ({ planVersion }) => planVersion === 2);
      await give(world, { caseId, planDigest: planDigest as Digest });
      return await world.until(caseId, ({ state }) => state.status === 'watching');
    },
  },
  'investigate-response-failed': {
    options: { respond: () => 'fail' },
    go: async (world, caseId, planDigest) => {
      await give(world, { caseId, planDigest });
      return await world.until(caseId, ({ state }) => state.status === 'needs-a-person');
    },
  },
};

type AwaitedUndo = Extract<UndoState, { readonly kind: 'awaiting-decision' }>;

interface WayOfUndoing {
  readonly options?: CaseWorldOptions;
  /** What the response wrote down of its actions; all were done where not given. */
  readonly taken?: (plan: Plan) => readonly ActionTaken[];
  /** What is done while the undoing waits for a decision. */
  readonly go?: (world: CaseWorld, caseId: CaseId, awaited: AwaitedUndo) => Promise<unknown>;
}

function allDone({ actions }: Plan): readonly ActionTaken[] {
  return actions.map(({ id }) => ({ actionId: id, outcome: 'done', rows: [] }));
}

/** One history for each way through the taking back of a response. */
const waysOfUndoing: Readonly<Record<string, WayOfUndoing>> = {
  'undo-undone': {
    go: async (world, caseId, { plan }) => {
      await decideOnUndo(world, { caseId, planDigest: plan, audience: 'elsewhere' });
      const signed = await decisionOnUndo(world, { caseId, planDigest: plan });
      const handle = world.client.workflow.getHandle(undoWorkflowId(caseId));
      await handle.executeUpdate(decide, { args: [signed] });
      await handle.executeUpdate(decide, { args: [signed] }).catch(() => 'it had ended before it was told again');
    },
  },
  'undo-response-failed': {
    options: { respond: (actionId) => (actionId.startsWith('activate') ? 'fail' : 'done') },
    go: (world, caseId, { plan }) => decideOnUndo(world, { caseId, planDigest: plan }),
  },
  'undo-rejected': {
    go: (world, caseId, { plan }) => decideOnUndo(world, { caseId, planDigest: plan, verdict: 'reject', actions: [] }),
  },
  'undo-expired': { options: { approvalExpiresAfterMs: 5_000 } },
  'undo-nothing': { taken: () => [] },
};

type DecisionOnUndo = Parameters<CaseWorld['decision']>[0];

async function decisionOnUndo(world: CaseWorld, of: DecisionOnUndo) {
  const { actions } = intactPlan(await loadPlan(world.store.db, of.planDigest), of.planDigest);
  return await world.decision({ actions, ...of });
}

async function decideOnUndo(world: CaseWorld, of: DecisionOnUndo): Promise<unknown> {
  const handle = world.client.workflow.getHandle(undoWorkflowId(of.caseId));
  return await handle.executeUpdate(decide, { args: [await decisionOnUndo(world, of)] });
}

async function undoIn(world: CaseWorld, { go }: WayOfUndoing): Promise<WorkflowHandle> {
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, awaitsDecision);
  await give(world, { caseId, planDigest: planDigest as Digest });
  await world.until(caseId, ({ state }) => state.status === 'watching');
  const input: UndoInput = { caseId, undoes: planDigest as Digest, requestedBy: 'alice', reason: 'it pays the wages' };
  const handle = await world.client.workflow.start('undo', {
    workflowId: undoWorkflowId(caseId),
    taskQueue: taskQueues.orchestrate,
    args: [input],
  });
  if (go !== undefined) await go(world, caseId, await awaitedUndo(handle));
  await handle.result();
  return handle;
}

async function awaitedUndo(handle: WorkflowHandle): Promise<AwaitedUndo> {
  return await expect
    .poll(() => handle.query(undoProgress), { timeout: 20_000 })
    .toMatchObject({ kind: 'awaiting-decision' })
    .then(async () => (await handle.query(undoProgress)) as AwaitedUndo);
}

test.each(await waysToRecord(waysOfUndoing))('records %s', async (name, way) => {
  const { options = {}, taken = allDone } = way;
  const ports: CaseWorldOptions['ports'] = (given) => ({ ...given, actionsTaken: async (plan) => taken(plan) });
  const world = await openCaseWorld({ watchMs: 600_000, ...options, ports, readable: true });
  await recordHistory(name, await undoIn(world, way));
  await world.close();
});

test.each(await waysToRecord(ways))('records %s', async (name, { options, go }) => {
  const world = await openCaseWorld({ ...options, readable: true });
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, awaitsDecision);
  await go(world, caseId, planDigest as Digest);
  await recordHistory(name, world.client.workflow.getHandle(caseWorkflowId(caseId)));
  await world.close();
});

describe('an open undoing is taken over by this version', () => {
  test('whatever way it has gone', async () => {
    const recorded = await recordedHistories('undo-');
    expect(recorded).toEqual(expect.arrayContaining(Object.keys(waysOfUndoing)));
    for (const name of recorded) await expect(replay(await readHistory(name)), name).resolves.toBeUndefined();
  });
});

describe('an open case is taken over by this version', () => {
  test('whatever way it has gone', async () => {
    const recorded = await recordedHistories('investigate-');
    expect(recorded).toEqual(expect.arrayContaining(Object.keys(ways)));
    for (const name of recorded) await expect(replay(await readHistory(name)), name).resolves.toBeUndefined();
  });

  test('and one that this version would have led otherwise is found', async () => {
    const text = JSON.stringify(await readHistory('investigate-contained'));
    const altered = JSON.parse(text.replaceAll('"gatherEvidence"', '"gatherNothing"')) as Record<string, unknown>;
    await expect(replay(altered)).rejects.toThrow(/nondeterminism|determinism/i);
  });
});
