import { execFile } from 'node:child_process';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { takeDataFolder } from '../../src/entry/start/data-folder.ts';
import { saidOfTrouble } from '../../src/entry/start/supervise.ts';

test('a data folder is made with the folders above it, closed to others', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'trailhound-')), 'a', 'b');
  const taken = await takeDataFolder(folder, () => undefined, new AbortController().signal);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await taken.release();
});

test('a folder that cannot be made is said so, and a start ends by that', { timeout: 120_000 }, async () => {
  const start = promisify(execFile)(process.execPath, ['src/entry/cli/main.ts', 'start'], {
    env: { ...process.env, TRAILHOUND_DATA_DIR: '/proc/nope' },
    timeout: 100_000,
    killSignal: 'SIGKILL',
  });
  await expect(start).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the data folder /proc/nope cannot be used'),
  });
});

test('of what a program said last, a log line is told by its message, and only where it is about trouble', () => {
  expect(saidOfTrouble('a stack trace')).toEqual(['a stack trace']);
  expect(saidOfTrouble('{"level":30,"msg":"all is well"}')).toEqual([]);
  expect(saidOfTrouble('{"level":50,"msg":"the store does not answer"}')).toEqual(['the store does not answer']);
});
