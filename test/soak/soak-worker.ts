import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createCollectActivities } from '../../activities/collect.ts';
import { createDetectActivities } from '../../activities/detect.ts';
import { createTrailReader } from '../../src/adapters/aws/cloudtrail-reader.ts';
import { createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { createCollectionStore } from '../../src/adapters/store/collection/collection-store.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createOwnCallRecorder } from '../../src/adapters/store/collection/own-call-recorder.ts';
import { createRequestPacer } from '../../src/adapters/store/collection/request-pacer.ts';
import { createDoorbells } from '../../src/adapters/temporal/doorbells.ts';
import { createWorkers } from '../../src/adapters/temporal/workers.ts';
import { type CollectionPolicy, defaultCollectionPolicy } from '../../src/collection/collection-policy.ts';
import { lookupByPages } from '../../src/investigation/lookup-events.ts';
import { watchedAmong } from '../../src/investigation/watched-accounts.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import type { Account } from '../../src/model/account.ts';
import type { Instant } from '../../src/model/ids.ts';
import { freely } from '../investigation/gathered.ts';
import { loadSoakRules } from './soak-rules.ts';

/** What a worker process is told, as JSON in its last argument. */
export interface SoakWorkerSettings {
  readonly aws: { readonly endpoint: string; readonly credentials: { accessKeyId: string; secretAccessKey: string } };
  readonly databaseUrl: string;
  readonly accounts: readonly Account[];
  readonly policy: Partial<CollectionPolicy>;
  /** Milliseconds between two requests to a log source. */
  readonly turnMs: number;
  /** With Temporal, its schedules say when to poll; without, the process polls over and over, and looks into the trail beside it. */
  readonly temporal: {
    readonly address: string;
    readonly polling: string;
    readonly cases: string;
    readonly bundleFile: string;
  } | null;
}

const settings = JSON.parse(process.argv.at(-1) ?? '{}') as SoakWorkerSettings;
const { accounts, temporal } = settings;
const store = openStore(settings.databaseUrl);
const ownCalls = createOwnCallRecorder(store.db);
const aws = createAwsAccess({
  endpoint: settings.aws.endpoint,
  credentials: settings.aws.credentials,
  region: 'us-east-1',
  version: 'soak',
  requestTimeoutMs: 5_000,
  onAnswer: (call) => ownCalls.note(call),
});
const collectPorts = {
  store: createCollectionStore(store),
  reader: createTrailReader(aws),
  pacer: createRequestPacer(store.db, settings.turnMs),
  policy: { ...defaultCollectionPolicy, ...settings.policy },
};

const stopped = new AbortController();
process.once('SIGTERM', () => stopped.abort());

if (temporal === null) await pollWithoutSchedules();
else await runWorkers(temporal);
await ownCalls.flush().catch(() => {});
await store.close();

async function runWorkers(at: NonNullable<SoakWorkerSettings['temporal']>): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}), shutdownSignals: [] });
  const connection = await Connection.connect({ address: at.address });
  const doorbells = createDoorbells({
    polling: new Client({ connection, namespace: at.polling }),
    cases: new Client({ connection, namespace: at.cases }),
  });
  const collect = createCollectActivities({ ...collectPorts, ringDetect: () => doorbells.ringDetect() });
  const detect = createDetectActivities({
    store: createDetectionStore(store),
    ruleSet: loadSoakRules(),
    ringDetect: () => doorbells.ringDetect(),
    ringCase: (caseId) => doorbells.ringCase(caseId),
  });
  const native = await NativeConnection.connect({ address: at.address });
  const workers = await createWorkers({
    connections: new Map([[at.polling, native]]),
    bundleFile: at.bundleFile,
    specs: [
      { namespace: at.polling, taskQueue: taskQueues.orchestrate, workflows: true, activities: detect },
      { namespace: at.polling, taskQueue: taskQueues.collect, workflows: false, activities: collect },
    ],
  });
  process.once('SIGTERM', () => workers.shutdown());
  console.log('running');
  await workers.run();
  await native.close();
  await connection.close();
}

/** All uses of the quota at once: polls of the accounts, one after the other, and an investigator who looks up users. */
async function pollWithoutSchedules(): Promise<void> {
  const activities = createCollectActivities({ ...collectPorts, ringDetect: async () => {} });
  const lookup = lookupByPages(watchedAmong(accounts), collectPorts.reader, collectPorts.pacer);
  console.log('running');
  await Promise.all(
    accounts.flatMap((account) => [
      untilStopped(async () => {
        const environment = new MockActivityEnvironment();
        await environment.run(() => activities.readDueWindows({ accountId: account.id, withinMs: 5_000 }));
        await environment.run(() => activities.publishWindows({ accountId: account.id }));
      }),
      untilStopped(async () => {
        const now = Date.now();
        const span = { from: instantOf(now - 60_000), to: instantOf(now) };
        await lookup.lookUp({ kind: 'user', accountId: account.id, userName: 'user-1' }, span, freely);
      }),
    ]),
  );
}

async function untilStopped(work: () => Promise<void>): Promise<void> {
  while (!stopped.signal.aborted) {
    await work();
    await sleep(50);
  }
}

function instantOf(ms: number): Instant {
  return new Date(ms).toISOString() as Instant;
}
