import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createRespondActivities, type RespondPorts } from '../../activities/respond.ts';
import { awsAccountHands } from '../../src/adapters/aws/account-hands.ts';
import { createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { storeActionJournal } from '../../src/adapters/store/response/action-journal-store.ts';
import { storeAuditLog } from '../../src/adapters/store/audit/audit-store.ts';
import { fileRegister } from '../../src/adapters/responder/file-register.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { createOwnCallRecorder } from '../../src/adapters/store/collection/own-call-recorder.ts';
import { loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { storeUnsettledKeys } from '../../src/adapters/store/response/unsettled-key-store.ts';
import { failureConverterPath } from '../../src/adapters/temporal/failure-converter-path.ts';
import { parseApproverKey } from '../../src/approval/approver-key.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import type { Account } from '../../src/model/account.ts';
import type { Instant } from '../../src/model/ids.ts';
import { journalSeal } from '../../src/response/journal-seal.ts';
import type { Pacing } from '../../src/response/step-request.ts';

/** All that a worker for responses is configured with; JSON, so that it can be given to another process. */
export interface RespondWorkerSettings {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly bundleFile: string;
  readonly storeUrl: string;
  readonly aws: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly account: Account;
  readonly approvers: readonly { readonly name: string; readonly publicKeyPem: string }[];
  readonly audience: string;
  /** Where the responder alone can write. */
  readonly registerFolder: string;
  /** Base64. */
  readonly journalKey: string;
  readonly pacing?: Partial<Pacing>;
}

/** The ports of the response, as the product's own worker composes them, and how to close what they opened. */
export function composeRespondPorts(settings: RespondWorkerSettings): {
  readonly ports: RespondPorts;
  readonly close: () => Promise<void>;
} {
  const store = openStore(settings.storeUrl, { maxConnections: 4 });
  const ownCalls = createOwnCallRecorder(store.db);
  const { endpoint, ...credentials } = settings.aws;
  const access = createAwsAccess({
    endpoint,
    region: 'us-east-1',
    version: '0.0.0-test',
    credentials,
    requestTimeoutMs: 5_000,
    onAnswer: (call) => ownCalls.note(call),
  });
  return {
    ports: {
      plans: { planByDigest: (digest) => loadPlan(store.db, digest) },
      journal: storeActionJournal(store.db, journalSeal(Buffer.from(settings.journalKey, 'base64'))),
      register: fileRegister(settings.registerFolder, () => new Date().toISOString() as Instant),
      beginWithinMs: 15 * 60_000,
      openAccount: awsAccountHands({ access, accounts: [settings.account] }),
      audit: storeAuditLog(store.db),
      clock: { now: () => new Date().toISOString() as Instant, wait: (ms) => sleep(ms) },
      approverKeys: settings.approvers.map(({ name, publicKeyPem }) => parseApproverKey(name, publicKeyPem)),
      audience: settings.audience,
      allowed: {
        mayChange: (accountId) => accountId === settings.account.id,
        secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
        protectedNames: ['break-glass'],
      },
      guarded: { userNames: ['break-glass'], paths: ['/break-glass/'] },
      limits: { settleMs: 1_000, trailProofTimeoutMs: 30_000, lookAgainMs: 200, storeAgainForMs: 1_000 },
      pacing: { firstMs: 100, longestMs: 1_000, roundsForMs: 5_000, tellPersonAfterMs: 2_000, ...settings.pacing },
      unsettled: storeUnsettledKeys(store.db),
      flushOwnCalls: () => ownCalls.flush(),
      onStopped: () => {},
    },
    close: async () => {
      access.destroy();
      await store.close();
    },
  };
}

/** A worker that runs until it is told to end. */
export interface RunningWorker {
  stop(): Promise<void>;
}

/** Starts workers for the response's workflow and activities in this process. */
export async function startRespondWorker(settings: RespondWorkerSettings, ports: RespondPorts): Promise<RunningWorker> {
  const connection = await NativeConnection.connect({ address: settings.temporalAddress });
  const common = { connection, namespace: settings.namespace, dataConverter: { failureConverterPath } };
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: taskQueues.orchestrate,
      workflowBundle: { codePath: settings.bundleFile },
      // A workflow goes on with another worker as soon as its own is dead.
      stickyQueueScheduleToStartTimeout: '1 second',
    }),
    await Worker.create({
      ...common,
      taskQueue: taskQueues.respond,
      activities: createRespondActivities(ports),
    }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
