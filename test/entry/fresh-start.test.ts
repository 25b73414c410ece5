import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reasonOption } from '../../src/entry/cli/reason-option.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { allowFreshStart, forgetAll } from '../../src/entry/start/fresh.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-fresh-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a fresh start', () => {
  test('forgets all but the running copy’s notes and the simulation beside it, and no folder that is not a cluster of ours', async () => {
    const dataDir = join(folder, 'data');
    const elsewhere = join(folder, 'elsewhere');
    for (const name of ['run', 'simulated', 'postgres', 'temporal', 'approvers'])
      await mkdir(join(dataDir, name), { recursive: true });
    await mkdir(elsewhere);
    await writeFile(join(dataDir, 'postgres-folder'), `${elsewhere}\n`);
    await writeFile(join(dataDir, 'codec.key'), 'k');
    await forgetAll(dataDir);
    expect((await readdir(dataDir)).toSorted()).toEqual(['run', 'simulated']);
    expect(await readdir(folder)).toContain('elsewhere');
  });

  test('wants a word more where real accounts are watched, and forgets no half of an installation', () => {
    const simulated = loadConfig(undefined, {});
    allowFreshStart(simulated, false);
    const real = { ...simulated, file: 'trailhound.toml' };
    expect(() => allowFreshStart(real, false)).toThrow(/deletes all cases/);
    allowFreshStart(real, true);
    const external = { ...real, store: { ...real.store, url: 'postgres://db/x' } };
    expect(() => allowFreshStart(external, true)).toThrow(/a store or a Temporal of yours/);
  });
});

test.each(['...', '…', '"..."', 'WHY', '<why>', 'reason', ' ', 'TODO', '-', 'x', 'late'])(
  'a reason that says nothing is refused: %s',
  (text) => {
    expect(() => reasonOption(text)).toThrow(/Say why/);
  },
);
test('a reason in words is taken', () => {
  expect(reasonOption(' not our client ')).toBe('not our client');
  expect(reasonOption('鍵は無関係')).toBe('鍵は無関係');
});

test('a misspelt option of the simulator is told in a line with its remedy, and no stack', async () => {
  const ended = await new Promise<{ readonly code: number | null; readonly err: string }>((resolve) => {
    const child = execFile(process.execPath, ['simulator/main.ts', '--bogus'], (_error, _out, err) =>
      resolve({ code: child.exitCode, err }),
    );
  });
  expect(ended).toEqual({ code: 2, err: "simulator: Unknown option '--bogus'\n  remedy: --help shows the options\n" });
});
