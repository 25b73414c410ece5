import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { RequestLogEntry } from '../../simulator/request-log.ts';
import { seededRandom } from '../../simulator/random.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { lookupTurnMs } from '../../src/adapters/store/collection/request-pacer.ts';
import type { Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { checkEventsOnce } from './checkers/events-once.ts';
import { accountsOf } from './soak-run.ts';
import type { SoakWorkerSettings } from './soak-worker.ts';
import { readStoredRows } from './stored-rows.ts';
import { createTraffic } from './traffic.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

interface Paced {
  readonly simulator: Simulator;
  readonly databaseUrl: string;
  readonly startWorker: () => WorkerProcess;
}

/** An account with AWS's own quota, and workers that poll it without a pause and look into its trail beside that. */
async function startPaced(options: SimulatorOptions, regions: readonly string[]): Promise<Paced> {
  const simulator = await startSimulator({ accounts: [{ id: '111122223333', regions }], ...options });
  stops.push(() => simulator.stop());
  const databaseUrl = await testDatabaseUrl();
  const accounts = accountsOf(simulator);
  const store = openStore(databaseUrl);
  await store.migrate();
  await syncAccounts(store, accounts, { historyMs: 3_600_000, now: new Date().toISOString() as Instant });
  await store.close();
  const { url: endpoint, credentials } = simulator.world;
  const aws = { endpoint, credentials };
  const settings: SoakWorkerSettings = {
    aws,
    databaseUrl,
    accounts,
    policy: { sweepDelaysS: [2, 5] },
    turnMs: lookupTurnMs,
    temporal: null,
  };
  return {
    simulator,
    databaseUrl,
    startWorker: () => {
      const worker = startWorkerProcess(settings);
      stops.push(() => worker.stop());
      return worker;
    },
  };
}

function lookups({ control }: Simulator): readonly RequestLogEntry[] {
  return control.requests().filter(({ operation }) => operation === 'LookupEvents');
}
function refused(simulator: Simulator) {
  return lookups(simulator).filter(({ outcome }) => outcome === 'ThrottlingException');
}
function isFiltered({ input }: RequestLogEntry) {
  return 'LookupAttributes' in (input as object);
}

describe('two requests a second for an account and region', () => {
  test('hold across workers and uses, and across the death of a worker: the quota refuses none of ours', async () => {
    const { simulator, startWorker } = await startPaced({}, ['us-east-1', 'eu-central-1']);
    const [doomed, other] = [startWorker(), startWorker()];
    await Promise.all([doomed.running, other.running]);
    function enough(count: number) {
      return expect.poll(() => lookups(simulator).length, { timeout: 40_000, interval: 100 }).toBeGreaterThan(count);
    }
    await enough(12);
    await doomed.kill();
    await startWorker().running;
    await enough(lookups(simulator).length + 16);
    expect(lookups(simulator).some(isFiltered)).toBe(true);
    expect(lookups(simulator).some((request) => !isFiltered(request))).toBe(true);
    expect(refused(simulator)).toEqual([]);
  });

  test('are shared with a noisy neighbour who takes half: we are throttled, back off, and read everything all the same', async () => {
    const paced = await startPaced({ neighbourShare: 0.5 }, ['us-east-1']);
    const { control } = paced.simulator;
    const sources = [{ accountId: '111122223333', region: 'us-east-1' }];
    const traffic = createTraffic({ control, random: seededRandom(5), sources, latestMs: 1000 });
    traffic.history(Date.now(), 250);
    const delivered = control.deliveries().filter(({ accountId }) => accountId === '111122223333');
    await paced.startWorker().running;
    async function losses() {
      const { records } = await readStoredRows(paced.databaseUrl);
      return checkEventsOnce(delivered, records, Date.now()).filter(({ kind }) => kind === 'loss').length;
    }
    expect(await losses()).toBeGreaterThan(0);
    while ((await losses()) > 0) await sleep(500);
    expect(refused(paced.simulator).length).toBeGreaterThan(0);
  });
});
