import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { stringify } from 'smol-toml';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { migrations } from '../../src/adapters/store/migrations/index.ts';
import { createKeyFileIfMissing } from '../../src/adapters/temporal/codec-keys.ts';
import { buildWorkflowBundle } from '../../src/adapters/temporal/workflow-bundle.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { openTemporal, temporalConnectionOf } from '../../src/entry/compose/connections.ts';
import { workEncrypted } from '../temporal/encrypted-workers.ts';
import { createLocalApproverIfMissing } from '../../src/entry/start/approver-files.ts';
import { testDatabaseUrl, testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const latest = Object.keys(migrations).toSorted().at(-1) ?? '';

let folder: string;
let configFile: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-upgrade-'));
  configFile = join(folder, 'trailhound.toml');
  const temporal = await testTemporal();
  const url = await testDatabaseUrl();
  await writeFile(
    configFile,
    stringify({
      data_dir: '.',
      temporal: {
        address: temporal.address,
        polling_namespace: await temporal.createNamespace(),
        cases_namespace: await temporal.createNamespace(),
      },
      store: { url },
    }),
  );
  store = openStore(url);
  await migrateAsTheVersionBefore();
  await createKeyFileIfMissing(loadConfig(configFile, {}).codec.keyFile);
  await createLocalApproverIfMissing(folder);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** All but the latest migration: that one is pending when this version starts. */
async function migrateAsTheVersionBefore(): Promise<void> {
  const { [latest]: _pending, ...before } = migrations;
  const { error } = await new Migrator({
    db: store.db,
    provider: { getMigrations: async () => before },
  }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** A workflow that the version before began and this one no longer has. */
async function leaveOpen(): Promise<void> {
  const config = loadConfig(configFile, {});
  const bundleFile = join(folder, 'before.js');
  await buildWorkflowBundle(bundleFile, fileURLToPath(new URL('../temporal/encrypted/', import.meta.url)));
  const { cases: namespace } = config.temporal.namespaces;
  const { address } = temporalConnectionOf(config, 'cases');
  const temporal = await openTemporal(config);
  const work = await workEncrypted({ address, namespace, bundleFile, dataConverter: temporal.workerDataConverter });
  const handle = await temporal.cases.workflow.start('stayOpen', {
    taskQueue: 'orchestrate',
    workflowId: 'investigate/of-before',
  });
  await expect.poll(async () => (await handle.describe()).historyLength, { timeout: 20_000 }).toBeGreaterThan(10);
  await work.stop();
  // The gate asks for what is open, and the server lists what it has indexed.
  await expect
    .poll(() => temporal.cases.workflow.count(`ExecutionStatus = 'Running'`), { timeout: 20_000 })
    .toMatchObject({ count: 1 });
  await temporal.close();
}

/** Every column and every row of the store, by digests. */
async function contentOfStore(): Promise<unknown> {
  const { rows: columns } = await sql<{ table_name: string }>`
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
    where table_schema = 'public' order by table_name, column_name`.execute(store.db);
  const rows: Record<string, unknown> = {};
  for (const table of new Set(columns.map(({ table_name: name }) => name)))
    rows[table] = (
      await sql`select count(*), md5(string_agg(t::text, '' order by t::text)) from ${sql.table(table)} t`.execute(
        store.db,
      )
    ).rows;
  return { columns, rows };
}

function trailhound(...args: readonly string[]) {
  return new Promise<{ readonly code: unknown; readonly text: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['src/entry/cli/main.ts', '--config', configFile, ...args],
      { timeout: 60_000 },
      (_error, out, err) => resolve({ code: child.exitCode, text: out + err }),
    );
  });
}

test('a version that does not fit what is open is refused before it migrates the store, whichever way it is started', async () => {
  await leaveOpen();
  const before = await contentOfStore();
  const { codePath } = await testWorkflowBundle();
  for (const command of [['worker', '--bundle', codePath], ['start']]) {
    const { code, text } = await trailhound(...command);
    expect({ command, code, text }).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /open workflows cannot go on with this version:\n {2}investigate\/of-before: .*no such function is exported.*\n {2}remedy: run the version that was here before/,
      ),
    });
    expect(await contentOfStore()).toEqual(before);
  }
  expect(await trailhound('setup')).toMatchObject({ code: 0 });
  expect(await contentOfStore()).toEqual(before);
});
