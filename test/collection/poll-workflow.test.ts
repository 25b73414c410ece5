import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterEach, describe, expect, test } from 'vitest';
import { createCollectActivities } from '../../activities/collect.ts';
import { createDetectActivities } from '../../activities/detect.ts';
import { createCollectionStore } from '../../src/adapters/store/collection-store.ts';
import { createDetectionStore } from '../../src/adapters/store/detection-store.ts';
import { createDoorbells, type Doorbells } from '../../src/adapters/temporal/doorbells.ts';
import {
  ensurePollSchedule,
  ensureReconcileSchedule,
  offsetOf,
  pollNow,
} from '../../src/adapters/temporal/schedules.ts';
import type { AccountId } from '../../src/model/ids.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import { fakeRule, onAction, ruleSetOf } from '../detect-live/fake-rules.ts';
import { testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';
import { accountId, type Collecting, startCollecting, trailRecord } from './collecting.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

interface Running {
  readonly collecting: Collecting;
  readonly polling: Client;
  readonly cases: Client;
}

/** All of the line from schedule to case on a real server; the case's workflow itself is served by nobody. */
async function start(doorbellsOf: (real: Doorbells) => Doorbells = (real) => real): Promise<Running> {
  const temporal = await testTemporal();
  const [pollingNamespace, casesNamespace] = [await temporal.createNamespace(), await temporal.createNamespace()];
  const connection = await Connection.connect({ address: temporal.address });
  const polling = new Client({ connection, namespace: pollingNamespace });
  const cases = new Client({ connection, namespace: casesNamespace });
  const collecting = await startCollecting();
  stops.push(
    () => collecting.stop(),
    () => connection.close(),
  );
  const doorbells = doorbellsOf(createDoorbells({ polling, cases }));
  const collect = createCollectActivities({
    ...collecting.ports(),
    store: createCollectionStore(collecting.store),
    ringDetect: () => doorbells.ringDetect(),
  });
  const detect = createDetectActivities({
    store: createDetectionStore(collecting.store),
    ruleSet: ruleSetOf([{ rule: fakeRule('list'), matcher: onAction('ListBuckets') }]),
    ringDetect: () => doorbells.ringDetect(),
    ringCase: (caseId) => doorbells.ringCase(caseId),
    ringAgainAfterMs: 0,
  });
  await runWorkers(temporal.address, pollingNamespace, [
    { taskQueue: taskQueues.orchestrate, workflowBundle: await testWorkflowBundle(), activities: detect },
    { taskQueue: taskQueues.collect, activities: collect },
  ]);
  return { collecting, polling, cases };
}

async function runWorkers(address: string, namespace: string, specs: readonly object[]): Promise<void> {
  const connection = await NativeConnection.connect({ address });
  for (const spec of specs) {
    const worker = await Worker.create({ connection, namespace, ...(spec as { taskQueue: string }) });
    const run = worker.run();
    stops.push(async () => {
      worker.shutdown();
      await run;
    });
  }
  stops.splice(stops.length - specs.length, 0, () => connection.close());
}

async function caseOf({ collecting }: Running): Promise<string | undefined> {
  return (await collecting.store.db.selectFrom('cases').select('id').executeTakeFirst())?.id;
}

describe('the line from schedule to case', () => {
  test('a scheduled poll brings a record to detection and rings the case, with a small history', async () => {
    const running = await start();
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
    const running = await start((real) => ({
      ringDetect: async (partition) => (deaf ? undefined : real.ringDetect(partition)),
      ringCase: async (caseId) => (deaf ? undefined : real.ringCase(caseId)),
    }));
    running.collecting.simulator.control.insertRecords({ records: [trailRecord('a', Date.now() - 5000)] });
    await running.collecting.poll();
    expect(await caseOf(running)).toBeUndefined();
    deaf = false;
    await ensureReconcileSchedule(running.polling, 1000);
    await expect.poll(() => caseOf(running), { timeout: 30_000, interval: 100 }).toBeDefined();
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
