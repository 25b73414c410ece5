import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/adapters/files/make-folder.ts';

const here = mkdtempSync(join(tmpdir(), 'trailhound-folders-'));
const file = join(here, 'a-file');
writeFileSync(file, '');

/** Where no folder can be made, on any machine that runs these tests: with a folder above it that is there, with one that is a file, and a file itself. */
const impossible = ['/proc/nope', '/proc/nope/deeper', file, join(file, 'below'), '/dev/null'];

test.each(impossible)(
  'a start with %s as its data folder ends with place, cause and remedy',
  async (dataDir) => {
    const { code, err } = await new Promise<{ readonly code: unknown; readonly err: string }>((resolve) => {
      const env = { ...process.env, TRAILHOUND_DATA_DIR: dataDir };
      const program = ['src/entry/cli/main.ts', 'start'];
      // Killed where it does not end by itself.
      execFile(process.execPath, program, { env, timeout: 90_000, killSignal: 'SIGKILL' }, (error, _out, told) =>
        resolve({ code: error?.code, err: told }),
      );
    });
    expect(code).toBe(1);
    expect(err).toContain(`the data folder ${dataDir} cannot be used`);
    expect(err).toMatch(/remedy: give a folder that you may write/);
  },
  120_000,
);

test('folders above one that are missing are made with it, and one that is there stays', async () => {
  const deep = join(here, 'one', 'two', 'three');
  await makeFolder(deep);
  await makeFolder(deep);
  await expect(makeFolder(join(file, 'below'))).rejects.toThrow();
});
