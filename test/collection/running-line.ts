import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterEach } from 'vitest';
import { createCollectActivities } from '../../activities/collect.ts';
import { createDetectActivities } from '../../activities/detect.ts';
import { createUpkeepActivities } from '../../activities/upkeep.ts';
import { createCollectionStore } from '../../src/adapters/store/collection/collection-store.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createUpkeepStore } from '../../src/adapters/store/upkeep/upkeep-store.ts';
import { createDoorbells, type Doorbells } from '../../src/adapters/temporal/doorbells.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import type { Rule } from '../../src/model/rule.ts';
import { fakeRule, onAction, ruleSetOf } from '../detect-live/fake-rules.ts';
import { testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';
import { type Collecting, regions, startCollecting } from './collecting.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

export interface Running {
  readonly collecting: Collecting;
  readonly polling: Client;
  readonly cases: Client;
}

/** All of the line from schedule to case on a real server; the case's workflow itself is served by nobody. */
export async function startLine(
  doorbellsOf: (real: Doorbells) => Doorbells = (real) => real,
  rule: Partial<Rule> = {},
): Promise<Running> {
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
  const upkeep = createUpkeepStore(collecting.store, 0);
  const collect = {
    ...createCollectActivities({
      ...collecting.ports(),
      store: createCollectionStore(collecting.store),
      ringDetect: () => doorbells.ringDetect(),
      upkeep,
    }),
    ...createUpkeepActivities({
      store: upkeep,
      regions: { enabledRegions: async () => ({ kind: 'listed', regions }) },
      keepEventsMs: 400 * 86_400_000,
    }),
  };
  const detect = createDetectActivities({
    store: createDetectionStore(collecting.store),
    ruleSet: ruleSetOf([{ rule: fakeRule('list', rule), matcher: onAction('ListBuckets') }]),
    ringDetect: () => doorbells.ringDetect(),
    ringCase: (caseId) => doorbells.ringCase(caseId),
    takeUpLost: (open) => doorbells.takeUpLost(open),
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
