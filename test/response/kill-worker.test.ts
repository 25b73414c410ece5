import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import type { RespondResult } from '../../src/messages/respond-messages.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { denyEverything } from '../../src/response/actions/inline-policy-steps.ts';
import { disablingFlaws, type FlawsLeft, rotationFlaws } from './flaws-left.ts';
import type { KillableWorkerSettings } from './killable-worker.ts';
import { type KillPoint, killPointsOf, nameOf } from './kill-points.ts';
import { openBench, type Proposed, type ResponseBench, startRespond } from './response-bench.ts';
import { composeRespondPorts, type RespondWorkerSettings, startRespondWorker } from './respond-worker.ts';
import { accountId, intruder, startCompromisedAccount } from './simulated-account.ts';

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

/** Starts a worker that dies at a point, as a process of its own. */
function startDoomed(settings: KillableWorkerSettings): ChildProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], { stdio: ['ignore', 'ignore', 'ignore'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

interface Killed {
  /** Whether it was the point that killed the worker. */
  readonly hit: boolean;
  readonly flaws: FlawsLeft;
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

/** Lets another worker, in this process, take over what a dead one left; returns how the response ended. */
async function takenOver(settings: RespondWorkerSettings, handle: WorkflowHandle): Promise<RespondResult> {
  const { ports, close } = composeRespondPorts(settings);
  const successor = await startRespondWorker(settings, ports);
  try {
    return (await handle.result()) as RespondResult;
  } finally {
    await successor.stop();
    await close();
  }
}

/** One response whose worker is killed at a point and replaced by another; says what was found at the end. */
async function killedAt(
  point: KillPoint,
  { workflowId, input }: Proposed,
  flawsLeft: () => FlawsLeft,
): Promise<Killed> {
  const settings = await bench.settings();
  const client = await bench.clientFor(settings);
  const hitFile = join(folder, `${workflowId.replaceAll('/', '-')}-${nameOf(point).replaceAll(/\W+/g, '-')}.json`);

  const doomed = startDoomed({ ...settings, kill: { point, hitFile } });
  const handle = await startRespond(client, workflowId, await input());
  const signal = await deathOf(doomed, point);
  const { ended, actions } = await takenOver(settings, handle);

  const unkilled = signal === 'SIGKILL' ? [] : [`the worker was not killed (${String(signal)})`];
  const unended = ended === 'contained' ? [] : [`ended ${ended}: ${actions[0]?.detail ?? ''}`];
  return { hit: existsSync(hitFile), flaws: [...unkilled, ...unended, ...flawsLeft()] };
}

async function rotationKilledAt(point: KillPoint): Promise<Killed> {
  const compromise = await bench.compromise();
  return await killedAt(point, compromise, () => rotationFlaws(simulator, compromise.target));
}

async function disablingKilledAt(point: KillPoint): Promise<Killed> {
  const { userName, keyIds } = madeUser();
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
  return await killedAt(point, await bench.propose([action]), () => disablingFlaws(simulator, userName, keyIds));
}

let made = 0;

/** A user with two keys and a password. */
function madeUser() {
  const userName = `made-${(made += 1)}`;
  const keyIds = [1, 2].map((key) => `AKIAMADE${String(made).padStart(11, '0')}${key}`);
  simulator.control.addUser(accountId, { name: userName, keys: keyIds.map((id) => ({ id })), password: true });
  return { userName, keyIds };
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

/** A call in IAM or Secrets Manager by somebody who may do everything. */
function spoil(service: 'iam' | 'secretsmanager', operation: string, input: JsonObject): void {
  const from = { region: 'us-east-1', sourceIp: '203.0.113.9', userAgent: 'aws-cli/2.0' };
  const outcome = simulator.control.call({ accessKeyId: intruder.id, service, operation, input, ...from });
  if (!outcome.allowed) throw new Error(`${operation} was refused: ${outcome.message}`);
}

test('each flaw that a rotation could leave is told where it is there', () => {
  const target = { userName: `spoiled-${(made += 1)}`, accessKeyId: 'AKIAOLDKEYOFSPOILED1' };
  const UserName = target.userName;
  simulator.control.addUser(accountId, { name: UserName, keys: [{ id: target.accessKeyId }] });
  function flaws() {
    return rotationFlaws(simulator, target);
  }
  function store(accessKeyId: string, secretAccessKey: string) {
    const SecretString = JSON.stringify({ accessKeyId, secretAccessKey });
    spoil('secretsmanager', 'CreateSecret', { Name: `trailhound/${UserName}/${accessKeyId}`, SecretString });
  }
  expect(flaws()).toEqual(['0 new keys are live', 'the old key is Active']);
  spoil('iam', 'UpdateAccessKey', { UserName, AccessKeyId: target.accessKeyId, Status: 'Inactive' });
  const { id, secret } = simulator.control.addKey(accountId, UserName);
  expect(flaws()).toEqual(['1 live keys lack a stored secret']);
  store(id, secret);
  expect(flaws()).toEqual([]);
  const second = simulator.control.addKey(accountId, UserName);
  expect(flaws()).toEqual(['2 new keys are live', '1 live keys lack a stored secret']);
  spoil('iam', 'UpdateAccessKey', { UserName, AccessKeyId: second.id, Status: 'Inactive' });
  expect(flaws()).toEqual(['a key that was made is left over']);
  spoil('iam', 'DeleteAccessKey', { UserName, AccessKeyId: second.id });
  store(second.id, second.secret);
  expect(flaws()).toEqual(['1 secrets are stored of keys that are not live']);
  spoil('iam', 'DeleteAccessKey', { UserName, AccessKeyId: target.accessKeyId });
  expect(flaws()).toEqual(['1 secrets are stored of keys that are not live', 'the old key is gone']);
});

test('each flaw that disabling an identity could leave is told where it is there', () => {
  const { userName: UserName, keyIds } = madeUser();
  function flaws() {
    return disablingFlaws(simulator, UserName, keyIds);
  }
  function put(PolicyName: string, document: object) {
    spoil('iam', 'PutUserPolicy', { UserName, PolicyName, PolicyDocument: JSON.stringify(document) });
  }
  const [first = '', second = ''] = keyIds;
  spoil('iam', 'UpdateAccessKey', { UserName, AccessKeyId: first, Status: 'Inactive' });
  expect(flaws()).toEqual([
    'of its keys, 1 are inactive',
    'it is not denied everything',
    'the user has 0 policies',
    'the password is there still',
  ]);
  spoil('iam', 'UpdateAccessKey', { UserName, AccessKeyId: second, Status: 'Inactive' });
  spoil('iam', 'DeleteLoginProfile', { UserName });
  put('TrailhoundDenyEverything', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
  });
  expect(flaws()).toEqual(['it is not denied everything']);
  put('TrailhoundDenyEverything', denyEverything);
  expect(flaws()).toEqual([]);
  put('Another', denyEverything);
  expect(flaws()).toEqual(['the user has 2 policies']);
  spoil('iam', 'DeleteUserPolicy', { UserName, PolicyName: 'Another' });
  spoil('iam', 'DeleteAccessKey', { UserName, AccessKeyId: second });
  expect(flaws()).toEqual(['of its keys, 1 are inactive', 'the user has 1 keys']);
});
