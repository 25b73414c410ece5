import { MockActivityEnvironment } from '@temporalio/testing';
import { type CollectPorts, createCollectActivities } from '../../activities/collect.ts';
import { createDetectActivities } from '../../activities/detect.ts';
import { createTrailReader } from '../../src/adapters/aws/cloudtrail-reader.ts';
import { createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { createCollectionStore } from '../../src/adapters/store/collection/collection-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createRequestPacer } from '../../src/adapters/store/collection/request-pacer.ts';
import type { AddressLookup } from '../../src/cloudtrail/enrich.ts';
import { type CollectionPolicy, defaultCollectionPolicy } from '../../src/collection/collection-policy.ts';
import type { CollectionStore, TrailReader } from '../../src/collection/ports.ts';
import type { LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { emptyRuleSet } from '../detect-live/fake-rules.ts';

export const accountId = '111122223333' as AccountId;
export const regions = ['us-east-1', 'eu-central-1'] as const;
const hourMs = 60 * 60 * 1000;

export interface CollectingOptions {
  readonly simulator?: SimulatorOptions;
  readonly policy?: Partial<CollectionPolicy>;
  readonly historyMs?: number;
  readonly ruleSet?: LiveRuleSet;
  readonly enrich?: AddressLookup;
  /** Milliseconds between two requests to a region; short, so that tests are. */
  readonly turnMs?: number;
  readonly wrapReader?: (reader: TrailReader) => TrailReader;
  readonly wrapStore?: (store: CollectionStore) => CollectionStore;
}

/** A simulated AWS account, a real store, and the activities that read the one into the other. */
export interface Collecting {
  readonly simulator: Simulator;
  readonly store: Store;
  readonly account: Account;
  /** Activities of one more worker, on its own view of AWS and the store. */
  worker(options?: Pick<CollectingOptions, 'wrapReader' | 'wrapStore' | 'policy'>): Worker;
  readonly rings: { detect: number; readonly cases: CaseId[] };
  /** What the collecting activities are made of, but for the doorbell. */
  ports(): Omit<CollectPorts, 'ringDetect'>;
  poll(): Promise<number>;
  detect(): ReturnType<ReturnType<typeof createDetectActivities>['detectPublished']>;
  stop(): Promise<void>;
}

export interface Worker {
  read(): ReturnType<ReturnType<typeof createCollectActivities>['readDueWindows']>;
  publish(): ReturnType<ReturnType<typeof createCollectActivities>['publishWindows']>;
}

export async function startCollecting(options: CollectingOptions = {}): Promise<Collecting> {
  const simulator = await startSimulator({
    accounts: [{ id: accountId, regions }],
    lookupRate: 1000,
    ...options.simulator,
  });
  const store = openStore(await testDatabaseUrl());
  await store.migrate();
  const account = accountOf(simulator);
  const now = new Date().toISOString() as Instant;
  await syncAccounts(store, [account], { historyMs: options.historyMs ?? hourMs, now });
  const { url, credentials } = simulator.world;
  const access = createAwsAccess({ endpoint: url, region: 'us-east-1', version: 'test', credentials });
  const rings: Collecting['rings'] = { detect: 0, cases: [] };

  function ports() {
    return {
      store: createCollectionStore(store),
      reader: createTrailReader(access),
      pacer: createRequestPacer(store.db, options.turnMs ?? 1),
      policy: { ...defaultCollectionPolicy, backOffMs: 20, ...options.policy },
      enrich: options.enrich,
    };
  }

  const worker: Collecting['worker'] = (own = {}) => {
    const wrapReader = own.wrapReader ?? options.wrapReader ?? ((reader) => reader);
    const wrapStore = own.wrapStore ?? options.wrapStore ?? ((collection) => collection);
    const plain = ports();
    const activities = createCollectActivities({
      ...plain,
      store: wrapStore(plain.store),
      reader: wrapReader(plain.reader),
      policy: { ...plain.policy, ...own.policy },
      ringDetect: async () => void (rings.detect += 1),
    });
    const environment = new MockActivityEnvironment();
    return {
      read: () => environment.run(() => activities.readDueWindows({ accountId, withinMs: 20_000 })),
      publish: () => environment.run(() => activities.publishWindows({ accountId })),
    };
  };

  const first = worker();
  const detection = createDetectActivities({
    store: createDetectionStore(store),
    ruleSet: options.ruleSet ?? emptyRuleSet,
    ringDetect: async () => void (rings.detect += 1),
    ringCase: async (caseId) => void rings.cases.push(caseId),
  });
  return {
    simulator,
    store,
    account,
    worker,
    rings,
    ports,
    poll: async () => {
      await first.read();
      return (await first.publish()).events;
    },
    detect: () => detection.detectPublished(),
    stop: async () => {
      access.destroy();
      await simulator.stop();
      await store.close();
    },
  };
}

function accountOf(simulator: Simulator): Account {
  const described = simulator.world.accounts.find((account) => account.id === accountId);
  const role = described?.roles.poll;
  return {
    id: accountId,
    name: 'test',
    partition: 'aws',
    lifecycle: 'watched',
    regions,
    roles: role === undefined ? {} : { poll: role },
    pollIntervalMs: 1000,
  };
}

/** A CloudTrail record of a management event by an IAM user. */
export function trailRecord(eventID: string, at: number | Date, more: Readonly<Record<string, unknown>> = {}) {
  return {
    eventVersion: '1.11',
    eventID,
    requestID: `request-${eventID}`,
    eventTime: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventName: 'ListBuckets',
    eventSource: 's3.amazonaws.com',
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
    awsRegion: 'us-east-1',
    recipientAccountId: accountId,
    sourceIPAddress: '203.0.113.7',
    userAgent: 'S3 Browser/11.7.5 (https://s3browser.com)',
    readOnly: true,
    managementEvent: true,
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAMALLORY0000000001',
      arn: `arn:aws:iam::${accountId}:user/mallory`,
      accountId,
      accessKeyId: 'AKIAMALLORY000000001',
      userName: 'mallory',
    },
    ...more,
  } as never; // records of a test may be of any shape, also wrong ones
}

/** Delivers records, also into windows that were read before, and has them read and judged. */
export async function deliver(collecting: Collecting, ...records: readonly never[]): Promise<void> {
  collecting.simulator.control.insertRecords({ records });
  await collecting.store.db.updateTable('windows').set({ sweeps_done: 0 }).execute();
  await collecting.poll();
  await collecting.detect();
}
