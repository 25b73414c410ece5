import { describe, expect, test } from 'vitest';
import { decide, replan } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';
import { readHistory, recordedHistories, recordHistory, recording, replay } from '../harness/recorded-histories.ts';
import { type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
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
      return await world.until(caseId, ({ state }) => state.status === 'awaiting-decision');
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

if (recording) {
  test.each(Object.entries(ways))('records %s', async (name, { options, go }) => {
    const world = await openCaseWorld({ ...options, readable: true });
    const caseId = await world.openCase();
    const { planDigest } = await world.until(caseId, ({ state }) => state.status === 'awaiting-decision');
    await go(world, caseId, planDigest as Digest);
    await recordHistory(name, world.client.workflow.getHandle(caseWorkflowId(caseId)));
    await world.close();
  });
}

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
