import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { faultKinds } from '../../simulator/faults.ts';
import { integerBetween, pick, type Random, seededRandom } from '../../simulator/random.ts';
import type { Simulator } from '../../simulator/server.ts';
import type { RespondedAction, RespondResult } from '../../src/messages/respond-messages.ts';
import { type Compromise, openBench, type ResponseBench, startRespond } from '../response/response-bench.ts';
import type { RespondWorkerSettings } from '../response/respond-worker.ts';
import { startCompromisedAccount, userStateOf } from '../response/simulated-account.ts';

/*
 * Rotations and deactivations through every kind of trouble on every call, and kills; by seed. More of them: npm run soak:respond
 */

const responses = Number(process.env['TRAILHOUND_SOAK_RESPONSES'] ?? 14);
const seed = Number(process.env['TRAILHOUND_SOAK_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const atOnce = 6;
const workers = 2;
const callsBetweenKills = 30;
const script = fileURLToPath(new URL('../response/killable-worker.ts', import.meta.url));

const operations = [
  'AssumeRole',
  'GetCallerIdentity',
  'GetUser',
  'ListAccessKeys',
  'UpdateAccessKey',
  'CreateAccessKey',
  'DeleteAccessKey',
  'DescribeSecret',
  'CreateSecret',
  'LookupEvents',
] as const;

interface Ended {
  readonly victim: Compromise;
  readonly rotates: boolean;
  readonly told: RespondedAction;
}

interface Truth {
  readonly all: readonly { readonly id: string; readonly status: string; readonly secret: string }[];
  readonly made: readonly string[];
  readonly stored: ReadonlyMap<string, string>;
}

/** What of one response is not as promised, or not as told. */
function flawsOf({ victim, rotates, told }: Ended, { all, made, stored }: Truth): readonly string[] {
  const old = all.find(({ id }) => id === victim.target.accessKeyId);
  const fresh = all.filter(({ id }) => id !== victim.target.accessKeyId);
  const fates = new Map(told.keys?.map((key) => [key.accessKeyId, key]));
  const isDone = told.outcome === 'done' || told.outcome === 'already-so';
  const isSo = old?.status === 'Inactive' && (!rotates || fresh.length === 1);
  const flaws = [
    ...fresh.flatMap(({ id, secret }) => [
      stored.get(id) === secret ? null : `key ${id} is there without its secret stored`,
      fates.get(id)?.fate === 'live' ? null : `key ${id} is there, and told as ${fates.get(id)?.fate ?? 'nothing'}`,
    ]),
    ...made.map((id) => (fates.has(id) ? null : `key ${id} was made, and is told nowhere`)),
    ...[...fates.values()].map(({ accessKeyId, fate }) =>
      (fate === 'live') === fresh.some(({ id }) => id === accessKeyId) ? null : `key ${accessKeyId} is told as ${fate}`,
    ),
    fresh.length > 1 ? `${fresh.length} new keys` : null,
    isDone === isSo ? null : `told ${told.outcome} (${told.detail}), and it is ${isSo ? '' : 'not '}so`,
  ];
  return flaws.flatMap((flaw) => flaw ?? []);
}

function truthOf(simulator: Simulator, { target }: Compromise): Truth {
  const { all, stored } = userStateOf(simulator, target);
  const made = simulator.control.deliveries().flatMap(({ record }) => {
    const key = (record as { responseElements?: { accessKey?: { accessKeyId: string; userName: string } } | null })
      .responseElements?.accessKey;
    return key?.userName === target.userName ? [key.accessKeyId] : [];
  });
  return { all, made, stored };
}

/** One fault of each kind on each call in turn, and then any; some permissions are withdrawn for a while, some for good. */
function faultMaker({ control }: Simulator, random: Random) {
  const pairs = operations.flatMap((operation) => faultKinds.map((kind) => ({ operation, kind })));
  const inOrder = pairs.toSorted(() => random() - 0.5);
  return () => {
    const { operation, kind } = inOrder.pop() ?? {
      operation: pick(random, operations),
      kind: pick(random, faultKinds),
    };
    const span =
      kind === 'access-denied'
        ? pick(random, [{ forMs: 2_000 }, { times: 1 }, { times: null }])
        : { times: integerBetween(random, 1, 3) };
    control.addFault({
      kind,
      match: { operation },
      skip: integerBetween(random, 0, 2),
      ...span,
      ...(kind === 'slow' ? { delayMs: pick(random, [300, 1_500, 6_000]) } : {}),
      ...(kind === 'truncated' || kind === 'wrong-length' ? { keep: random() } : {}),
    });
  };
}

interface RunningWorkers {
  kill(index: number): Promise<void>;
  stop(): Promise<void>;
}

function startWorkers(settings: RespondWorkerSettings): RunningWorkers {
  function start(): ChildProcess {
    return spawn(process.execPath, [script, JSON.stringify({ ...settings, kill: null })], { stdio: 'ignore' });
  }
  const running = Array.from({ length: workers }, start);
  return {
    async kill(index) {
      const child = running[index];
      if (child === undefined) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      running[index] = start();
    },
    async stop() {
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

async function respondTo(bench: ResponseBench, settings: RespondWorkerSettings, number: number): Promise<Ended> {
  const rotates = number % 3 !== 0;
  const victim = await bench.compromise(rotates ? 'rotateAccessKey' : 'deactivateAccessKey');
  const client = await bench.clientFor(settings);
  const handle = await startRespond(client, victim.workflowId, await victim.input());
  const result = (await handle.result()) as RespondResult;
  const [told] = result.actions;
  if (told === undefined) throw new Error(`${victim.workflowId} told nothing`);
  return { victim, rotates, told };
}

// However slow the machine is: each response has its own time, on top of that in which the servers start.
vi.setConfig({ testTimeout: 600_000 + responses * 120_000 });

test('whatever happens to a response, no live key lacks its secret, and what is told is what is', async () => {
  console.log(`soak of responses: seed ${seed}, ${responses} responses`);
  const random = seededRandom(seed);
  const simulator = await startCompromisedAccount({ seed, deliveryDelay: { minMs: 100, maxMs: 500 } });
  const bench = await openBench(simulator);
  const settings = await bench.settings();
  const running = startWorkers(settings);
  const makeFault = faultMaker(simulator, random);
  const ended: Ended[] = [];
  let [begun, kills] = [0, 0];
  const over = new AbortController();
  try {
    const lanes = Array.from({ length: atOnce }, async () => {
      while (begun < responses) {
        begun += 1;
        for (let faults = integerBetween(random, 1, 3); faults > 0; faults -= 1) makeFault();
        ended.push(await respondTo(bench, settings, begun));
        if (ended.length % 25 === 0) console.log(`soak of responses: ${ended.length} have ended, ${kills} kills`);
      }
    });
    const trouble = (async () => {
      let callsAtKill = 0;
      for (let round = 1; !over.signal.aborted; round += 1) {
        await sleep(1_000);
        // On a busy machine workers would be killed before they did anything, for ever.
        const calls = simulator.control.requests().length;
        if (round % 8 === 0 && calls - callsAtKill >= callsBetweenKills) {
          callsAtKill = calls;
          kills += 1;
          await running.kill(integerBetween(random, 0, workers - 1));
        }
        // The cause of what was denied for good is gone some time, or nothing would ever end.
        if (round % 15 === 0 || begun >= responses) {
          for (const fault of simulator.control.faults())
            if (fault.left === null) simulator.control.removeFault(fault.id);
        }
      }
    })();
    await Promise.all(lanes);
    over.abort();
    await trouble;
    const truths = ended.map((each) => ({ each, truth: truthOf(simulator, each.victim) }));
    const flaws = truths.flatMap(({ each, truth }) =>
      flawsOf(each, truth).map((flaw) => `${each.victim.workflowId}: ${flaw}`),
    );
    const hits = Map.groupBy(
      simulator.control.requests().filter(({ fault }) => fault !== null),
      ({ fault }) => `${fault}`,
    );
    const outcomes = Map.groupBy(ended, ({ told }) => told.outcome);
    const counts = {
      responses: ended.length,
      kills,
      outcomes: Object.fromEntries([...outcomes].map(([outcome, those]) => [outcome, those.length])),
      'keys made': truths.flatMap(({ truth }) => truth.made).length,
      'calls hit': Object.fromEntries([...hits].map(([kind, those]) => [kind, those.length])),
      'calls in all': simulator.control.requests().length,
    };
    console.log(`soak of responses: seed ${seed}: ${JSON.stringify(counts)}`);
    expect(flaws).toEqual([]);
    expect(ended.length).toBe(responses);

    // And the same checker sees an orphan that is planted, one that is told otherwise, and one that is told nowhere.
    const rotated = truths.find(({ each }) => each.rotates && each.told.outcome === 'done');
    if (rotated === undefined) throw new Error('no rotation ended well');
    const orphan = { id: 'AKIAORPHAN0000000001', status: 'Active', secret: 'lost' };
    const withOrphan = {
      ...rotated.truth,
      all: [...rotated.truth.all, orphan],
      made: [...rotated.truth.made, orphan.id],
    };
    expect(flawsOf(rotated.each, withOrphan).length).toBeGreaterThanOrEqual(3);
    expect(flawsOf(rotated.each, { ...rotated.truth, stored: new Map() }).length).toBeGreaterThanOrEqual(1);
    expect(flawsOf({ ...rotated.each, told: { ...rotated.each.told, outcome: 'failed' } }, rotated.truth)).not.toEqual(
      [],
    );
    expect(flawsOf({ ...rotated.each, told: { ...rotated.each.told, keys: [] } }, rotated.truth)).not.toEqual([]);
  } finally {
    over.abort();
    await running.stop();
    await bench.close();
    await simulator.stop();
  }
});
