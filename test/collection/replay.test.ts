import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { backfillProgress, pauseBackfill, published, resumeBackfill } from '../../src/messages/collect-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { detectWorkflowId } from '../../src/messages/workflow-ids.ts';
import { readHistory, recordedHistories, recordHistory, replay, waysToRecord } from '../harness/recorded-histories.ts';
import { accountId, trailRecord } from './collecting.ts';
import { type Running, startLine } from './running-line.ts';

const dayMs = 86_400_000;

function begin({ polling }: Running, type: string, args: unknown[]) {
  return polling.workflow.start(type, { workflowId: type, taskQueue: taskQueues.orchestrate, args });
}

async function poll(running: Running, records: number): Promise<WorkflowHandle> {
  const all = Array.from({ length: records }, (_, index) => trailRecord(`e${index}`, Date.now() - (index + 1) * 1000));
  running.collecting.simulator.control.insertRecords({ records: all });
  const handle = await begin(running, 'pollAccount', [{ accountId }]);
  await handle.result();
  return handle;
}

async function untilCursor(running: Running): Promise<void> {
  const { db } = running.collecting.store;
  await expect
    .poll(
      async () => {
        const { last_seq } = await db.selectFrom('publish_sequence').select('last_seq').executeTakeFirstOrThrow();
        const { seq } = await db.selectFrom('detect_cursor').select('seq').executeTakeFirstOrThrow();
        return last_seq > 0n && seq === last_seq;
      },
      { timeout: 30_000, interval: 200 },
    )
    .toBe(true);
}

function wholeSecond(ms: number) {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** One history for each way through a workflow of collection; `detect` never ends, and is recorded in the middle. */
const ways: Readonly<Record<string, (running: Running) => Promise<WorkflowHandle>>> = {
  'collect-poll': (running) => poll(running, 3),
  'collect-detect': async (running) => {
    await poll(running, 3);
    await untilCursor(running);
    const handle = running.polling.workflow.getHandle(detectWorkflowId);
    await handle.signal(published);
    await expect.poll(async () => (await handle.describe()).historyLength, { timeout: 20_000 }).toBeGreaterThan(20);
    return handle;
  },
  'collect-reconcile': async (running) => {
    const handle = await begin(running, 'reconcile', []);
    await handle.result();
    return handle;
  },
  'collect-reconcile-chores': async (running) => {
    const { db } = running.collecting.store;
    await db.updateTable('accounts').set({ discovers_regions: true }).execute();
    await db.deleteFrom('chores').execute();
    const handle = await begin(running, 'reconcile', []);
    await handle.result();
    return handle;
  },
  'collect-backfill': async (running) => {
    const window = { from: wholeSecond(Date.now() - 20 * dayMs), to: wholeSecond(Date.now() - dayMs) };
    await running.collecting.poll();
    const handle = await begin(running, 'backfill', [
      { accountId, regions: null, window, resumed: { readTo: null, events: 0, paused: true } },
    ]);
    await handle.executeUpdate(resumeBackfill);
    await handle.result();
    expect(await handle.query(backfillProgress)).toMatchObject({ readTo: window.to, paused: false });
    return handle;
  },
  'collect-backfill-paused': async (running) => {
    const window = { from: wholeSecond(Date.now() - 20 * dayMs), to: wholeSecond(Date.now() - dayMs) };
    const handle = await begin(running, 'backfill', [
      { accountId, regions: ['nowhere'], window, resumed: { readTo: null, events: 0, paused: true } },
    ]);
    await handle.executeUpdate(pauseBackfill);
    return handle;
  },
};

test.each(await waysToRecord(ways))('records %s', async (name, go) => {
  // Few alerts an execution: what is carried over makes `detect` wait by a timer.
  const running = await startLine((real) => real, { maxSignals: 1, intervalMs: 2000 });
  await recordHistory(name, await go(running));
});

describe('what collection has under way is taken over by this version', () => {
  test('whatever way it has gone', async () => {
    const recorded = await recordedHistories('collect-');
    expect(recorded).toEqual(expect.arrayContaining(Object.keys(ways)));
    for (const name of recorded) await expect(replay(await readHistory(name)), name).resolves.toBeUndefined();
  });

  test('and a poll that this version would have carried out otherwise is found', async () => {
    const text = JSON.stringify(await readHistory('collect-poll'));
    const altered = JSON.parse(text.replaceAll('"readDueWindows"', '"readNothing"')) as Record<string, unknown>;
    await expect(replay(altered)).rejects.toThrow(/nondeterminism|determinism/i);
  });
});
