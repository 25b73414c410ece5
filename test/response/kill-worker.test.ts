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
import { openBench, type Proposed, type ResponseBench, startRespond } from './response-bench.ts';
import { accountId, startCompromisedAccount, userStateOf } from './simulated-account.ts';

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

interface Killed {
  readonly hit: boolean;
  readonly flaws: readonly string[];
}

/** How long a worker may take until it is at its point: the longest way, on a machine that other tests share. */
const reachedWithinMs = 120_000;

/** The signal that a worker was killed by; null where it ended by itself. */
async function deathOf(doomed: ChildProcess, point: KillPoint): Promise<string | null> {
  try {
    const [, signal] = await once(doomed, 'exit', { signal: AbortSignal.timeout(reachedWithinMs) });
    return signal as string | null;
  } catch (cause) {
    throw new Error(`no worker came to ${nameOf(point)} within ${reachedWithinMs} ms: nothing killed it`, { cause });
  }
}

/** One response whose worker is killed at a point and replaced by another; says what was found at the end. */
async function killedAt(
  point: KillPoint,
  { workflowId, input }: Proposed,
  flawsLeft: () => readonly (readonly [holds: boolean, flaw: string])[],
): Promise<Killed> {
  const settings = await bench.settings();
  const client = await bench.clientFor(settings);
  const hitFile = join(folder, `${workflowId.replaceAll('/', '-')}-${nameOf(point).replaceAll(/\W+/g, '-')}.json`);

  const doomed = startWorker({ ...settings, kill: { point, hitFile } });
  const handle = await startRespond(client, workflowId, await input());
  const signal = await deathOf(doomed, point);
  const successor = startWorker({ ...settings, kill: null });
  const result = (await handle.result()) as RespondResult;
  successor.kill('SIGTERM');
  await once(successor, 'exit');

  const checks: readonly (readonly [boolean, string])[] = [
    [signal === 'SIGKILL', `the worker was not killed (${String(signal)})`],
    [result.ended === 'contained', `ended ${result.ended}: ${result.actions[0]?.detail ?? ''}`],
    ...flawsLeft(),
  ];
  return { hit: existsSync(hitFile), flaws: checks.flatMap(([holds, flaw]) => (holds ? [] : [flaw])) };
}

async function rotationKilledAt(point: KillPoint): Promise<Killed> {
  const compromise = await bench.compromise();
  return await killedAt(point, compromise, () => {
    const { all, live, oldStatus, stored } = userStateOf(simulator, compromise.target);
    const unstored = live.filter((key) => stored.get(key.id) !== key.secret);
    return [
      [live.length === 1, `${live.length} new keys are live`],
      [unstored.length === 0, 'a live key lacks a stored secret'],
      [oldStatus === 'Inactive', `the old key is ${oldStatus ?? 'gone'}`],
      [all.length === 2, `the user has ${all.length} keys`],
    ];
  });
}

async function disablingKilledAt(point: KillPoint): Promise<Killed> {
  const userName = `made-${(made += 1)}`;
  const keys = [`AKIAMADE${String(made).padStart(11, '0')}1`, `AKIAMADE${String(made).padStart(11, '0')}2`];
  const user = { name: userName, keys: keys.map((id) => ({ id })), password: true };
  simulator.control.addUser(accountId, user);
  const target = { kind: 'user', accountId, userName } as const;
  const params = { policyName: 'TrailhoundDenyEverything' };
  const action = {
    id: `disable-${userName}@${accountId}`,
    type: 'disableCreatedIdentity',
    target,
    params,
    dependsOn: [],
    recommended: true,
  } as const;
  return await killedAt(point, await bench.propose([action]), () => {
    const seen = identityOf(userName);
    return [
      [seen.keys.every(({ status }) => status === 'Inactive') && seen.keys.length === 2, 'a key is active or gone'],
      [seen.inlinePolicies.length === 1, `the user has ${seen.inlinePolicies.length} policies`],
      [!seen.loginProfile, 'the password is there still'],
    ];
  });
}

let made = 0;

function identityOf(userName: string) {
  interface Seen {
    readonly name: string;
    readonly keys: readonly { readonly status: string }[];
    readonly inlinePolicies: readonly unknown[];
    readonly loginProfile: unknown;
  }
  const iam = simulator.control.iam(accountId) as { readonly users: readonly Seen[] };
  const seen = iam.users.find(({ name }) => name === userName);
  if (seen === undefined) throw new Error(`user ${userName} is gone`);
  return seen;
}

/** Every point, several at once; those that were not reached, or left a flaw. */
async function flawedAmong(
  points: readonly KillPoint[],
  kill: (point: KillPoint) => Promise<Killed>,
): Promise<readonly (readonly [string, Killed])[]> {
  const outcomes: [string, Killed][] = [];
  const waiting = [...points];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
        outcomes.push([nameOf(point), await kill(point)]);
      }
    }),
  );
  expect(outcomes.length).toBe(points.length);
  return outcomes.filter(([, outcome]) => outcome.flaws.length > 0 || !outcome.hit);
}

test('a worker killed at any boundary of a rotation leaves one live key, and that one is stored', async () => {
  const points = killPointsOf('rotateAccessKey');
  expect(points.length).toBeGreaterThanOrEqual(15);
  expect(await flawedAmong(points, rotationKilledAt)).toEqual([]);
}, 600_000);

test('a worker killed at any boundary of disabling an identity leaves it shut out of everything', async () => {
  const points = killPointsOf('disableCreatedIdentity');
  expect(points.length).toBe(18);
  expect(await flawedAmong(points, disablingKilledAt)).toEqual([]);
}, 600_000);
