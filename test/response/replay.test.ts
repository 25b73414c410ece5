import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { stop } from '../../src/messages/respond-messages.ts';
import { followUpWorkflowId } from '../../src/messages/workflow-ids.ts';
import { readHistory, recordedHistories, recordHistory, replay, waysToRecord } from '../harness/recorded-histories.ts';
import { aRevocation } from './a-revocation.ts';
import { type Compromise, startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';

/** Leaves the lifting of a revocation to a follow-up; where a fault is given, each call of its kind meets that. */
async function leaveForLater({ client, bench, simulator }: Scene, roleName: string, liftAfterMs: number) {
  const [revoke, lift] = aRevocation(simulator, roleName, liftAfterMs);
  const { plan, workflowId, input } = await bench.propose([revoke, lift]);
  const response = await startRespond(client, workflowId, await input());
  return {
    response,
    plan,
    lift,
    followUp: client.workflow.getHandle(followUpWorkflowId(plan.caseId, plan.version, lift.id)),
  };
}

const hourMs = 3_600_000;

async function timersOf(handle: WorkflowHandle): Promise<readonly number[]> {
  const { events } = await handle.fetchHistory();
  const timers = (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) => (timer ? [timer] : []));
  return timers.map(({ startToFireTimeout }) => Number(startToFireTimeout?.seconds ?? 0) * 1_000);
}

/** One history for each way through a workflow. */
const stories: Readonly<Record<string, (scene: Scene) => Promise<WorkflowHandle>>> = {
  'respond-rotated': async ({ client, victim }) => startRespond(client, victim.workflowId, await victim.input()),
  'respond-lost-answer': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'cut-after', match: { operation: 'CreateAccessKey' } });
    return await startRespond(client, victim.workflowId, await victim.input());
  },
  'respond-secret-denied': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'CreateSecret' } });
    return await startRespond(client, victim.workflowId, await victim.input());
  },
  'respond-held-up': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'failed-after', match: { operation: 'CreateAccessKey' } });
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'LookupEvents' }, times: 3 });
    return await startRespond(client, victim.workflowId, await victim.input());
  },
  'respond-refused': async ({ client, victim }) =>
    startRespond(client, victim.workflowId, { ...(await victim.input()), decisions: [] }),
  'respond-stopped': async ({ client, victim, simulator }) => {
    simulator.control.addFault({ kind: 'throttled', match: { operation: 'UpdateAccessKey' }, times: 2 });
    const handle = await startRespond(client, victim.workflowId, await victim.input());
    await handle.executeUpdate(stop, { args: [{ requestedBy: 'bob' }] });
    return handle;
  },
  'respond-left-for-later': async (scene) => (await leaveForLater(scene, 'LeftForLater', 2_000)).response,
  'follow-up-lifted': async (scene) => {
    const { response, followUp } = await leaveForLater(scene, 'Lifted', 2_000);
    await response.result();
    return followUp;
  },
};

/** The same of workflows that are recorded in the middle. */
const openStories: typeof stories = {
  'follow-up-tried-again': async (scene) => {
    const { response, followUp } = await leaveForLater(scene, 'TriedAgain', 2_000);
    await response.result();
    scene.simulator.control.addFault({ kind: 'access-denied', match: { operation: 'DeleteRolePolicy' }, times: null });
    await expect.poll(() => timersOf(followUp), { timeout: 30_000 }).toEqual([expect.any(Number), hourMs]);
    return followUp;
  },
};

interface Scene extends Responder {
  readonly victim: Compromise;
}

test.each(await waysToRecord({ ...stories, ...openStories }))('records %s', async (name, tell) => {
  const here = await openResponder({ simulator: { deliveryDelay: { minMs: 200, maxMs: 500 } } });
  const handle = await tell({ ...here, victim: await here.bench.compromise() });
  if (name in stories) await handle.result();
  await recordHistory(name, handle);
  await here.close();
});

describe('an open response is taken over by this version', () => {
  test('whatever way it has gone', async () => {
    const recorded = [...(await recordedHistories('respond-')), ...(await recordedHistories('follow-up-'))];
    expect(recorded).toEqual(expect.arrayContaining([...Object.keys(stories), ...Object.keys(openStories)]));
    for (const name of recorded) await replay(await readHistory(name));
  });

  test('and a history that this version would not have made is told from it', async () => {
    const text = JSON.stringify(await readHistory('respond-rotated'));
    const other = JSON.parse(text.replace('"beginResponse"', '"openResponse"'));
    await expect(replay(other)).rejects.toThrow(/[Nn]ondeterminism|determinism/);
  });
});
