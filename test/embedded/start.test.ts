import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runningProcess } from '../../src/adapters/embedded/pid-file.ts';
import { processIdentity } from '../../src/adapters/embedded/process-identity.ts';
import { ended, prepareCopies, type RunningCopies, type RunningCopy } from './running-copies.ts';

/*
 * One copy is started, and each test takes it where the one before has left it: a start takes many servers and their time.
 */

// Other test files run beside these servers.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let copies: RunningCopies;
let dataDir: string;
let copy: RunningCopy;
beforeAll(async () => {
  copies = await prepareCopies();
  dataDir = join(copies.folder, 'data');
  copy = copies.start(dataDir);
});
afterAll(() => copies.close());

const historyRead = /the promised history of all \d+ account-regions is covered/;

/** The processes that a copy has written down. */
async function pidsOf(dataDir: string): Promise<Readonly<Record<string, number | undefined>>> {
  const pids: Record<string, number | undefined> = {};
  for await (const name of glob('*.pid', { cwd: join(dataDir, 'run') }))
    pids[name.replace('.pid', '')] = await runningProcess(join(dataDir, 'run', name));
  return pids;
}

/** None of these processes is there any more. */
async function expectEnded(pids: Readonly<Record<string, number | undefined>>): Promise<void> {
  for (const pid of Object.values(pids)) {
    expect(pid).toBeDefined();
    expect(await processIdentity(pid ?? 0)).toBeUndefined();
  }
}

test('says first that no real AWS is touched, and reads the history', async () => {
  await copy.until(historyRead);
  expect(copy.output().split('\n')[0]).toMatch(/no real AWS account is touched/);
  expect(Object.keys(await pidsOf(dataDir)).toSorted()).toEqual(['postgres', 'simulator', 'temporal', 'worker']);
});

test('a second copy says why not on the same folder, and takes other ports on another', async () => {
  const same = copies.start(dataDir);
  const [code] = (await once(same.child, 'exit')) as [number];
  expect(code).toBe(1);
  expect(same.output()).toContain(`Trailhound already runs on ${dataDir} (process ${copy.child.pid})`);
  expect(same.output()).toContain('remedy:');
  const otherDir = join(copies.folder, 'other');
  const other = copies.start(otherDir);
  await other.until(/Temporal answers at/);
  async function addressOf(of: string) {
    return (JSON.parse(await readFile(join(of, 'running.json'), 'utf8')) as { temporalAddress: string })
      .temporalAddress;
  }
  expect(await addressOf(dataDir)).not.toBe(await addressOf(otherDir));
  await ended(other.child, 'SIGINT');
});

test('a worker that dies is started again', async () => {
  const { worker: before } = await pidsOf(dataDir);
  if (before === undefined) throw new Error('no worker is written down');
  process.kill(before, 'SIGKILL');
  await copy.until(/the worker ended \(signal SIGKILL\); starting it again/);
  await vi.waitUntil(async () => ((await pidsOf(dataDir))['worker'] ?? before) !== before, 20_000);
});

test('goes on after SIGKILL with what it had, ending what that left behind', async () => {
  const left = await pidsOf(dataDir);
  await ended(copy.child, 'SIGKILL');
  copy = copies.start(dataDir);
  await copy.until(/ended the worker that an earlier run had left behind/);
  await copy.until(historyRead);
  const now = await pidsOf(dataDir);
  for (const [name, pid] of Object.entries(left)) expect(now[name]).not.toBe(pid);
  await expectEnded(left);
});

test('ends all that it started', async () => {
  const pids = await pidsOf(dataDir);
  expect(await ended(copy.child, 'SIGINT')).toBe(0);
  await expectEnded(pids);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);
});
