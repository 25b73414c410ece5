import { describe, expect, test } from 'vitest';
import {
  ensurePollSchedule,
  ensureReconcileSchedule,
  offsetOf,
  pollNow,
} from '../../src/adapters/temporal/schedules.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { AccountId } from '../../src/model/ids.ts';
import { accountId, trailRecord } from './collecting.ts';
import { type Running, startLine } from './running-line.ts';

async function caseOf({ collecting }: Running): Promise<string | undefined> {
  return (await collecting.store.db.selectFrom('cases').select('id').executeTakeFirst())?.id;
}

describe('the line from schedule to case', () => {
  test('a scheduled poll brings a record to detection and rings the case, with a small history', async () => {
    const running = await startLine();
    running.collecting.simulator.control.insertRecords({ records: [trailRecord('a', Date.now() - 5000)] });
    await ensurePollSchedule(running.polling, { accountId, intervalMs: 3_600_000, paused: false });
    await ensurePollSchedule(running.polling, { accountId, intervalMs: 1_800_000, paused: false });
    await pollNow(running.polling, accountId);
    await expect.poll(() => caseOf(running), { timeout: 30_000, interval: 100 }).toBeDefined();
    const caseId = (await caseOf(running)) as never;
    await expect
      .poll(
        () =>
          running.cases.workflow
            .getHandle(caseWorkflowId(caseId))
            .describe()
            .then(
              ({ type }) => type,
              () => null,
            ),
        {
          timeout: 10_000,
        },
      )
      .toBe('investigate');
    const polls = running.polling.workflow.list({ query: 'WorkflowType = "pollAccount"' });
    for await (const poll of polls) {
      expect(poll.historyLength).toBeLessThanOrEqual(20);
    }
  });

  test('the reconciler rings again what was rung in vain', async () => {
    let deaf = true;
    const running = await startLine((real) => ({
      ringDetect: async () => (deaf ? undefined : real.ringDetect()),
      takeUpCase: (caseId) => real.takeUpCase(caseId),
      takeUpLost: (open) => real.takeUpLost(open),
      ringCase: async (caseId) => (deaf ? undefined : real.ringCase(caseId)),
    }));
    running.collecting.simulator.control.insertRecords({ records: [trailRecord('a', Date.now() - 5000)] });
    await running.collecting.poll();
    expect(await caseOf(running)).toBeUndefined();
    deaf = false;
    await ensureReconcileSchedule(running.polling, 1000);
    await expect.poll(() => caseOf(running), { timeout: 30_000, interval: 100 }).toBeDefined();
  });

  test('the reconciler looks for regions and prunes once a day, and costs nothing more in between', async () => {
    const running = await startLine();
    await running.collecting.store.db.updateTable('accounts').set({ discovers_regions: true }).execute();
    async function reconciled() {
      const options = { workflowId: 'reconcile', taskQueue: taskQueues.orchestrate };
      const handle = await running.polling.workflow.start('reconcile', options);
      await handle.result();
      const { events } = await handle.fetchHistory();
      return (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
    }
    expect(await reconciled()).toEqual(['ringAgain', 'watchCollection', 'discoverRegions', 'tendRules', 'pruneStore']);
    expect(await reconciled()).toEqual(['ringAgain', 'watchCollection']);
  });
});

test('the polls of many accounts are spread over the interval, each at its own fixed place', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => String(100_000_000_000 + index) as AccountId);
  const offsets = ids.map((id) => offsetOf(id, 300_000));
  expect(ids.map((id) => offsetOf(id, 300_000))).toEqual(offsets);
  const tenths = Map.groupBy(offsets, (offset) => Math.floor(offset / 30_000));
  expect(tenths.size).toBe(10);
  for (const [, tenth] of tenths) expect(tenth.length).toBeGreaterThan(50);
});
