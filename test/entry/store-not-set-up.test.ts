import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { createKeyFileIfMissing } from '../../src/adapters/temporal/codec-keys.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-not-set-up-'));
  await createKeyFileIfMissing(loadConfig(undefined, { TRAILHOUND_DATA_DIR: folder }).codec.keyFile);
});
afterAll(() => rm(folder, { recursive: true }));

function trailhound(storeUrl: string, args: readonly string[]) {
  return new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) => {
    const env = {
      ...process.env,
      TRAILHOUND_CONFIG: '',
      TRAILHOUND_DATA_DIR: folder,
      TRAILHOUND_STORE_URL: storeUrl,
    };
    const child = execFile(process.execPath, ['src/entry/cli/main.ts', ...args], { env }, (_error, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });
}

describe('a store that no worker has set up', () => {
  test('is named as such by every command that reads it, with what to do', async () => {
    const url = await testDatabaseUrl();
    const commands = [
      'investigations list',
      'audit list',
      'accounts list',
      'accounts resume 111122223333',
      'coverage',
      'backfill list',
      'events search',
      'events export',
    ];
    const told = await Promise.all(commands.map((command) => trailhound(url, command.split(' '))));
    for (const [index, command] of commands.entries()) {
      const { code, out, err } = told[index] ?? {};
      expect({ command, code, out, err }).toEqual({
        command,
        code: 1,
        out: '',
        err: expect.stringMatching(
          /^trailhound: the store has not been set up yet: it is empty\n {2}remedy: start it once.*`npm start`.*`trailhound worker --config FILE`.*\n {2}code: store-not-set-up\n$/,
        ),
      });
    }
  });

  test('is said beside what a command knows without it', async () => {
    const { code, err } = await trailhound(await testDatabaseUrl(), ['rules', 'exceptions', 'backup']);
    expect(code).toBe(1);
    expect(err).toMatch(/^what they held back live is not known: the store has not been set up yet: it is empty\n/);
    expect(err).toContain('trailhound: there is no exception backup\n');
  });

  test('is told from one of an older version, where what is missing is named', async () => {
    const url = await testDatabaseUrl();
    const store = openStore(url);
    const names = await store.migrate();
    const last = names.at(-1) ?? '';
    await sql`delete from kysely_migration where name = ${last}`.execute(store.db);
    await store.close();
    const { code, err } = await trailhound(url, ['investigations', 'list']);
    expect(code).toBe(1);
    expect(err).toContain(`the store has not been set up for this version yet: its schema lacks ${last}`);
  });

  test('is asked for in one place: no command opens the store behind its back', () => {
    const openers = globSync('src/entry/**/*.ts').filter((file) => /\bopenStore\(/.test(readFileSync(file, 'utf8')));
    // `doctor` says what is wrong with it.
    expect(openers.toSorted()).toEqual(['src/entry/compose/connections.ts', 'src/entry/doctor/probe-store.ts']);
  });
});

describe('a store that cannot be reached', () => {
  test('is named with its place and what to do, and its password is not told', async () => {
    const { code, out, err } = await trailhound('postgres://hound:radioactive@127.0.0.1:1/trailhound', [
      'accounts',
      'list',
    ]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^trailhound: the store does not answer at 127\.0\.0\.1:1\/trailhound: .*ECONNREFUSED.*\n {2}remedy: start PostgreSQL there, or correct `store\.url`.*\n {2}code: store-unreachable\n$/,
    );
    expect(err).not.toContain('radioactive');
  });

  test('is told from one that has no such database', async () => {
    const url = new URL(await testDatabaseUrl());
    url.pathname = '/elsewhere';
    const { code, err } = await trailhound(url.href, ['accounts', 'list']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^trailhound: the store does not answer at .*\/elsewhere: database "elsewhere" does not exist\n/,
    );
  });
});
