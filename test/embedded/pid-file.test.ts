import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endLeftover, runningProcess, takeLock, writePidFile } from '../../src/adapters/embedded/pid-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-pid-'));
  file = join(folder, 'child.pid');
});
afterEach(() => rm(folder, { recursive: true }));

async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  return { child, pid: child.pid ?? 0, exit: once(child, 'exit') };
}

test('a process that was left behind is found and ended', async () => {
  const { pid, exit } = await sleeper();
  await writePidFile(file, pid);
  expect(await runningProcess(file)).toBe(pid);
  expect(await endLeftover(file)).toBe('ended');
  await exit;
  expect(await endLeftover(file)).toBe('none');
});

test('another process that has the number by now is left alone', async () => {
  const { child, pid, exit } = await sleeper();
  await writePidFile(file, pid);
  const written = JSON.parse(await readFile(file, 'utf8')) as { pid: number; identity: string };
  await writeFile(file, JSON.stringify({ ...written, identity: 'an earlier start' }));
  expect(await endLeftover(file)).toBe('none');
  expect(child.exitCode).toBeNull();
  child.kill();
  await exit;
});

test('a lock is had by one process, and is free again when that has died', async () => {
  const { child, pid, exit } = await sleeper();
  await writePidFile(file, pid);
  expect(await takeLock(file)).toBe(pid);
  child.kill('SIGKILL');
  await exit;
  expect(await takeLock(file)).toBeUndefined();
  expect(await takeLock(file)).toBe(process.pid);
});

test('of many who find a dead process’s lock at once, each sees one holder', async () => {
  await writeFile(file, JSON.stringify({ pid: 2 ** 22 - 1, identity: 'gone' }));
  const holders = await Promise.all(Array.from({ length: 8 }, () => takeLock(file)));
  expect(holders.filter((holder) => holder === undefined)).toHaveLength(1);
});

test('a torn file is no process and no lock', async () => {
  await writeFile(file, '{"pid":');
  expect(await runningProcess(file)).toBeUndefined();
  expect(await takeLock(file)).toBeUndefined();
});
