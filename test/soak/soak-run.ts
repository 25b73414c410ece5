import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type FaultKind, faultKinds } from '../../simulator/faults.ts';
import { integerBetween, seededRandom } from '../../simulator/random.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { type PostgresServer, startPostgresServer } from '../../src/adapters/embedded/postgres-server.ts';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import {
  ensurePollSchedule,
  ensureReconcileSchedule,
  removePollSchedule,
} from '../../src/adapters/temporal/schedules.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { checkAlertsEqual } from './checkers/alerts-equal.ts';
import { checkCoverageServed, type CoverageDemand } from './checkers/coverage-served.ts';
import { checkEventsOnce } from './checkers/events-once.ts';
import type { Flaw } from './checkers/flaw.ts';
import type { SoakWorkerSettings } from './soak-worker.ts';
import { readStoredRows, type StoredRows } from './stored-rows.ts';
import { createTraffic } from './traffic.ts';
import { createTrouble } from './trouble.ts';
import { trueAlerts } from './true-alerts.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

export interface SoakOptions {
  readonly seed: number;
  /** How long there are traffic and trouble; then the run waits until all has arrived. */
  readonly troubledMs: number;
  /** How long that may take. */
  readonly settleMs: number;
  readonly temporal: {
    readonly address: string;
    readonly polling: string;
    readonly cases: string;
    readonly bundleFile: string;
  };
  readonly onLine: (line: string) => void;
}

/** How a run ended, with what it was made of, so that a test can plant flaws in it. */
export interface SoakOutcome {
  readonly flaws: readonly Flaw[];
  /** Things that went wrong, and records by the way in which they came. */
  readonly counts: Readonly<Record<string, number>>;
  /** What workers wrote last that ended though nobody had killed them. */
  readonly mishaps: readonly string[];
  /** The checkers' verdict over other rows than the store's. */
  readonly judge: (rows: StoredRows) => readonly Flaw[];
  readonly rows: StoredRows;
}

/** Hours are seconds here; what is 15 minutes, an hour and a day for a real account. */
const policy = {
  liveOverlapS: 5,
  sweepDelaysS: [4, 10, 20],
  retryAfterS: 1,
  longestRetryS: 4,
  backOffMs: 100,
  longestBackOffMs: 1000,
  footprintLateS: 30,
  shortestReadS: 5,
};
const lastSweepS = policy.sweepDelaysS.at(-1) ?? 0;
const pollEveryMs = 2000;
/** Ten times the real quota, as time is compressed. */
const [lookupRate, turnMs] = [20, 55];
const historyMs = 60 * 60_000;
const regions = ['us-east-1', 'eu-central-1'];
const accountIds = ['111122223333', '222233334444', '333344445555'];
const workers = 2;

/** Runs the collector through random traffic and trouble, and then has the checkers judge what it made of them. */
export async function runSoak(options: SoakOptions): Promise<SoakOutcome> {
  const random = seededRandom(options.seed);
  const stops: (() => Promise<void>)[] = [];
  try {
    const simulator = await startSimulator({
      accounts: accountIds.map((id) => ({ id, regions })),
      lookupRate,
      seed: options.seed,
      deliveryDelay: { minMs: 0, maxMs: 3000 },
    });
    stops.push(() => simulator.stop());
    const database = await startDatabase();
    stops.push(() => database.remove());
    const accounts = accountsOf(simulator);
    const startMs = Date.now();
    await prepareStore(database.url, accounts, startMs);
    const sources = accountIds.flatMap((accountId) => regions.map((region) => ({ accountId, region })));
    const { control } = simulator;
    const traffic = createTraffic({ control, random, sources, latestMs: (lastSweepS - 2) * 1000 });
    traffic.history(startMs, 400);

    const settings = workerSettings(simulator, accounts, database.url, options.temporal);
    const running = Array.from({ length: workers }, () => startWorkerProcess(settings));
    const mishaps: string[] = [];
    stops.push(async () => void (await Promise.all(running.map((worker) => worker.stop()))));
    await Promise.all(running.map((worker) => worker.running));
    const schedules = await schedulePolls(options.temporal, accounts);
    stops.push(() => schedules.remove());

    const trouble = createTrouble({
      control,
      random,
      accountIds,
      killWorker: async () => {
        const index = integerBetween(random, 0, workers - 1);
        await running[index]?.kill();
        mishaps.push(...mishapsOf(running.slice(index, index + 1)));
        running[index] = startWorkerProcess(settings);
      },
      restartDatabase: (signal) => database.restart(signal),
    });
    const endMs = Date.now() + options.troubledMs;
    await Promise.all([
      untilThen(endMs, 100, async () => traffic.tick(Date.now())),
      untilThen(endMs - 2000, Math.min(1500, options.troubledMs / 25), () => trouble.next()),
    ]);
    await untilEveryFaultHit(simulator);
    trouble.end();
    options.onLine(`traffic and trouble over; waiting until all has arrived`);

    function judge(rows: StoredRows) {
      return judged(simulator, rows, {
        fromS: Math.floor((startMs - historyMs) / 1000),
        settledS: Math.floor(endMs / 1000),
      });
    }
    await untilSettled(database.url, judge, options);
    await schedules.remove();
    mishaps.push(...mishapsOf(running));
    await Promise.all(running.map((worker) => worker.stop()));
    const rows = await readStoredRows(database.url);
    const hits = Map.groupBy(
      control.requests().filter(({ fault }) => fault !== null),
      ({ fault }) => `calls hit by ${fault}`,
    );
    const counts = {
      ...Object.fromEntries([...hits].map(([kind, calls]) => [kind, calls.length])),
      'calls throttled by the quota': control
        .requests()
        .filter(({ outcome, fault }) => outcome === 'ThrottlingException' && fault === null).length,
      ...trouble.counts,
      ...Object.fromEntries(Object.entries(traffic.counts).map(([kind, count]) => [`records ${kind}`, count])),
      'calls in all': control.requests().length,
      'deliveries in all': control.deliveries().length,
      'alerts in all': rows.alerts.length,
    };
    return { flaws: judge(rows), counts, mishaps, judge, rows };
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

/** The simulator's log is taken after the rows: what was served since can only be more than they show. */
function judged(
  simulator: Simulator,
  rows: StoredRows,
  demand: Pick<CoverageDemand, 'fromS' | 'settledS'>,
): readonly Flaw[] {
  const requests = simulator.control.requests();
  const deliveries = simulator.control.deliveries().filter(({ accountId }) => accountIds.includes(accountId));
  const sources = accountIds.flatMap((accountId) => regions.map((region) => `${accountId}/${region}`));
  return [
    ...checkEventsOnce(deliveries, rows.records, demand.settledS * 1000),
    ...checkCoverageServed(requests, rows.windows, { ...demand, sources, lastSweepS }),
    ...checkAlertsEqual(trueAlerts(deliveries, requests), rows.alerts),
  ];
}

async function untilSettled(
  databaseUrl: string,
  judge: (rows: StoredRows) => readonly Flaw[],
  { settleMs, onLine }: SoakOptions,
): Promise<void> {
  const giveUpAt = Date.now() + settleMs;
  while (Date.now() < giveUpAt) {
    const flaws = judge(await readStoredRows(databaseUrl));
    if (flaws.length === 0) return;
    const kinds = Map.groupBy(flaws, ({ kind }) => kind);
    onLine(`not settled yet: ${[...kinds].map(([kind, those]) => `${those.length} ${kind}`).join(', ')}`);
    await sleep(3000);
  }
}

/** Repeats something until a moment; one at a time. */
async function untilThen(endMs: number, everyMs: number, work: () => Promise<void>): Promise<void> {
  while (Date.now() < endMs) {
    await work();
    await sleep(everyMs);
  }
}

/** Faults wait for calls to hit; on a slow machine the last ones may still wait. */
async function untilEveryFaultHit({ control }: Simulator): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  function hasHit(kind: FaultKind) {
    return control.requests().some(({ fault }) => fault === kind);
  }
  while (!faultKinds.every(hasHit) && Date.now() < giveUpAt) await sleep(200);
}

function mishapsOf(workersNow: readonly WorkerProcess[]): readonly string[] {
  return workersNow.flatMap(({ mishap }) => mishap ?? []);
}

interface SoakDatabase {
  readonly url: string;
  restart(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  remove(): Promise<void>;
}

/** A PostgreSQL of the run's own: it is stopped and started under the collector, always on the same port. */
async function startDatabase(): Promise<SoakDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-soak-'));
  await chmod(folder, 0o711); // PostgreSQL may run as another user
  const dataDir = join(folder, 'postgres');
  const password = randomBytes(16).toString('hex');
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  let server: PostgresServer = await startPostgresServer({ dataDir, password, settings });
  const url = server.url('postgres');
  const port = Number(new URL(url).port);
  return {
    url,
    restart: async (signal) => {
      await server.stop(signal);
      await sleep(500);
      server = await startPostgresServer({ dataDir, password, settings, port });
      if (server.url('postgres') !== url) throw new Error('the database came back on another port');
    },
    remove: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function prepareStore(databaseUrl: string, accounts: readonly Account[], nowMs: number): Promise<void> {
  const store = openStore(databaseUrl);
  await store.migrate();
  await syncAccounts(store, accounts, { historyMs, now: new Date(nowMs).toISOString() as Instant });
  await store.close();
}

function workerSettings(
  simulator: Simulator,
  accounts: readonly Account[],
  databaseUrl: string,
  temporal: SoakOptions['temporal'],
): SoakWorkerSettings {
  const { url: endpoint, credentials } = simulator.world;
  return { aws: { endpoint, credentials }, databaseUrl, accounts, policy, turnMs, temporal };
}

/** The accounts of a simulator as the product knows them. */
export function accountsOf(simulator: Simulator): readonly Account[] {
  return simulator.world.accounts.map(({ id, regions: named, roles }) => ({
    id: id as AccountId,
    name: id,
    partition: 'aws',
    lifecycle: 'watched',
    regions: named,
    roles: { poll: roles.poll, evidence: roles.evidence },
    pollIntervalMs: pollEveryMs,
  }));
}

async function schedulePolls(
  temporal: SoakOptions['temporal'],
  accounts: readonly Account[],
): Promise<{ remove(): Promise<void> }> {
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.polling });
  for (const { id: accountId } of accounts) {
    await ensurePollSchedule(client, { accountId, intervalMs: pollEveryMs, paused: false });
  }
  await ensureReconcileSchedule(client, 5000);
  let removed = false;
  return {
    remove: async () => {
      if (removed) return;
      removed = true;
      for (const { id } of accounts) await removePollSchedule(client, id);
      await connection.close();
    },
  };
}
