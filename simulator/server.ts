import { textOf } from './json.ts';
import type { AddressInfo } from 'node:net';
import { createCloudTrailLog } from './cloudtrail-log.ts';
import type { DelayRange } from './cloudtrail-log.ts';
import { createControl } from './control.ts';
import type { SimulatorControl } from './control.ts';
import { answerControl } from './control-endpoint.ts';
import { createDispatch } from './dispatch.ts';
import { createFaults } from './faults.ts';
import { createHttpServer } from './http.ts';
import { makeInternalCall } from './internal-call.ts';
import { seededRandom } from './random.ts';
import { loadRecordings } from './recordings.ts';
import { createRequestLog } from './request-log.ts';
import type { Scenario, ScenarioStage } from './scenario/scenario.ts';
import { operationIndex } from './services/operations.ts';
import { openStateFile } from './state-file.ts';
import { tokenBucket } from './token-bucket.ts';
import type { TokenBucket } from './token-bucket.ts';
import { addAccount, addSecurityAccount } from './world-definition.ts';
import type { AccountDefinition } from './world-definition.ts';
import type { WorldDescription } from './world-description.ts';
import { emptyWorld } from './world.ts';
import type { World } from './world.ts';

export interface SimulatorOptions {
  /** TCP port on the loopback address; 0 (the default) takes a free one. */
  readonly port?: number;
  /** The same seed draws the same delays, faults and history. */
  readonly seed?: number;
  readonly accounts?: readonly AccountDefinition[];
  readonly securityAccountId?: string;
  /** How long a record takes until LookupEvents shows it (default 0). */
  readonly deliveryDelay?: DelayRange;
  /** LookupEvents requests a second for each account and region (AWS: 2). */
  readonly lookupRate?: number;
  /** The part of that rate that others spend all the time (0 to 1). */
  readonly neighbourShare?: number;
  /** A folder of recordings to serve, each shifted to now. */
  readonly recordsFolder?: string;
  readonly scenario?: Scenario;
  /** Keeps the world over restarts. */
  readonly stateFile?: string;
  /** Every answered call as NDJSON. */
  readonly requestLogFile?: string;
  readonly callerIp?: string;
  /** How long a new key or a key's new status takes until it is obeyed (default 0). */
  readonly iamPropagationMs?: number;
  readonly story?: (text: string) => void;
}

export interface Simulator {
  readonly url: string;
  readonly world: WorldDescription;
  readonly control: SimulatorControl;
  stop(): Promise<void>;
}

/** Starts a simulated AWS on the loopback address. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, scenario } = options;
  let clockOffsetMs = 0;
  function now(): number {
    return Date.now() + clockOffsetMs;
  }
  const stateFile = options.stateFile === undefined ? null : openStateFile(options.stateFile);
  const stored = stateFile?.load() ?? null;
  const world = stored?.world ?? newWorld(options, now());
  function save(): void {
    stateFile?.saveWorld(world);
  }
  const log = createCloudTrailLog({
    delay: options.deliveryDelay ?? { minMs: 0, maxMs: 0 },
    random: seededRandom(seed),
    onDelivery: (delivery) => stateFile?.appendDelivery(delivery),
  });
  for (const delivery of stored?.deliveries ?? []) log.restore(delivery);
  const faults = createFaults(seededRandom(seed + 1));
  const requests = createRequestLog(options.requestLogFile);
  const operations = operationIndex(bucketsOf(options));
  const dispatch = createDispatch({
    world,
    log,
    faults,
    requests,
    operations,
    now,
    save,
    onAnswered: (call, result) => scenario?.answered(call, result),
  });
  const stage: ScenarioStage = {
    world,
    now,
    save,
    call: (call) => makeInternalCall(world, dispatch, call),
    insertPast: (record) =>
      log.insert(textOf(record['recipientAccountId']), textOf(record['awsRegion']), record, now()),
    deliveredEventIds: () =>
      log
        .deliveriesAfter(0)
        .filter(({ accountId }) => accountId !== world.securityAccountId)
        .map(({ eventId }) => eventId),
    story: options.story ?? (() => {}),
  };
  if (!stored) {
    if (options.recordsFolder !== undefined) loadRecordings(options.recordsFolder, world, stage.insertPast, now());
    scenario?.prepare(stage);
    save();
  }
  let url = '';
  const control = createControl({
    world,
    log,
    faults,
    requests,
    dispatch,
    now,
    save,
    url: () => url,
    setClockOffset: (offsetMs) => {
      clockOffsetMs = offsetMs;
    },
    startAttack: () => scenario?.startAttack() ?? false,
  });
  const server = createHttpServer({
    world,
    dispatch,
    control: (method, path, body) => Promise.resolve(answerControl(control, method, path, body)),
    now,
    callerIp: options.callerIp ?? '198.51.100.23',
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  scenario?.start(stage);
  return {
    url,
    get world() {
      return control.world();
    },
    control,
    async stop() {
      scenario?.stop();
      save();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function newWorld(options: SimulatorOptions, nowMs: number): World {
  const world = emptyWorld(options.securityAccountId ?? '999988887777', options.iamPropagationMs ?? 0);
  addSecurityAccount(world, 'us-east-1', nowMs);
  for (const account of options.accounts ?? []) addAccount(world, account, nowMs);
  return world;
}

function bucketsOf(options: SimulatorOptions): (accountId: string, region: string) => TokenBucket {
  const buckets = new Map<string, TokenBucket>();
  return (accountId, region) => {
    const key = `${accountId}/${region}`;
    const bucket = buckets.get(key) ?? tokenBucket(options.lookupRate ?? 2, options.neighbourShare ?? 0);
    buckets.set(key, bucket);
    return bucket;
  };
}
