import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { RespondResult } from '../../src/messages/respond-messages.ts';
import type { KillableWorkerSettings } from './killable-worker.ts';
import { type KillPoint, killPointsOf, nameOf } from './kill-points.ts';
import { openBench, type ResponseBench, startRespond } from './response-bench.ts';
import { startCompromisedAccount, userStateOf } from './simulated-account.ts';

const script = fileURLToPath(new URL('killable-worker.ts', import.meta.url));

/** Most of a run is spent waiting for missing heartbeats, so that several may wait at once. */
const atOnce = 5;

let simulator: Simulator;
let bench: ResponseBench;
let folder: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-kill-'));
  simulator = await startCompromisedAccount({ deliveryDelay: { minMs: 300, maxMs: 1_500 } });
  bench = await openBench(simulator);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await bench.close();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a worker as a process of its own. */
function startWorker(settings: KillableWorkerSettings): ChildProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: ['ignore', 'ignore', 'ignore'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** One rotation whose worker is killed at a point and replaced by another; says what was found at the end. */
async function killedAt(point: KillPoint): Promise<{ readonly hit: boolean; readonly flaws: readonly string[] }> {
  const settings = await bench.settings();
  const client = await bench.clientFor(settings);
  const { target, workflowId, input } = await bench.compromise();
  const hitFile = join(folder, `${nameOf(point).replaceAll(/\W+/g, '-')}.json`);

  const doomed = startWorker({ ...settings, kill: { point, hitFile } });
  const handle = await startRespond(client, workflowId, await input());
  const [, signal] = (await once(doomed, 'exit')) as [number | null, string | null];
  const successor = startWorker({ ...settings, kill: null });
  const result = (await handle.result()) as RespondResult;
  successor.kill('SIGTERM');
  await once(successor, 'exit');

  const { all, live, oldStatus, stored } = userStateOf(simulator, target);
  const unstored = live.filter((key) => stored.get(key.id) !== key.secret);
  const checks: readonly (readonly [boolean, string])[] = [
    [signal === 'SIGKILL', `the worker was not killed (${String(signal)})`],
    [result.ended === 'contained', `ended ${result.ended}: ${result.actions[0]?.detail ?? ''}`],
    [live.length === 1, `${live.length} new keys are live`],
    [unstored.length === 0, 'a live key lacks a stored secret'],
    [oldStatus === 'Inactive', `the old key is ${oldStatus ?? 'gone'}`],
    [all.length === 2, `the user has ${all.length} keys`],
  ];
  return { hit: existsSync(hitFile), flaws: checks.flatMap(([holds, flaw]) => (holds ? [] : [flaw])) };
}

test('a worker killed at any boundary of a rotation leaves one live key, and that one is stored', async () => {
  const points = killPointsOf('rotateAccessKey');
  const outcomes = new Map<string, Awaited<ReturnType<typeof killedAt>>>();
  const waiting = [...points];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
        outcomes.set(nameOf(point), await killedAt(point));
      }
    }),
  );
  const flawed = [...outcomes].filter(([, outcome]) => outcome.flaws.length > 0 || !outcome.hit);
  expect(flawed).toEqual([]);
  const hits = [...outcomes.values()].filter((outcome) => outcome.hit).length;
  expect(hits).toBe(points.length);
  expect(points.length).toBeGreaterThanOrEqual(15);
}, 600_000);
