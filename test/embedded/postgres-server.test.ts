import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  postgresDataDir,
  startPostgresServer,
  type PostgresServer,
} from '../../src/adapters/embedded/postgres-server.ts';
import { processIdentity } from '../../src/adapters/embedded/process-identity.ts';

let folder: string;
let running: PostgresServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-postgres-'));
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await rm(folder, { recursive: true });
});

async function start(): Promise<PostgresServer> {
  running = await startPostgresServer({ dataDir: join(folder, 'cluster'), password: "it's a pass/word" });
  return running;
}
async function query(server: PostgresServer, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test('keeps what was committed across a stop and a start, whoever runs it', async () => {
  const first = await start();
  await query(first, 'create table kept as select 1 as one');
  await first.stop();
  expect(await query(await start(), 'select one from kept')).toEqual([{ one: 1 }]);
});

test('ends a server that outlived its starter, and loses nothing', async () => {
  const survivor = await start();
  await query(survivor, 'create table kept as select 1 as one');
  const next = await start();
  expect(await processIdentity(survivor.pid)).toBeUndefined();
  expect(await query(next, 'select one from kept')).toEqual([{ one: 1 }]);
});

test('starts where a SIGKILL left a process ID behind that is another process by now', async () => {
  const killed = await start();
  await killed.stop('SIGKILL');
  const pidFile = join(folder, 'cluster', 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8')).split('\n');
  await writeFile(pidFile, [String(process.ppid), ...lines.slice(1)].join('\n'));
  expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('makes a whole cluster where a SIGKILL cut the making of one short', async () => {
  const program = `import { startPostgresServer } from './src/adapters/embedded/postgres-server.ts';
    await startPostgresServer({ dataDir: ${JSON.stringify(join(folder, 'cluster'))}, password: 'another' });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: 'ignore',
    detached: true,
  });
  function begun(): boolean {
    return globSync('cluster*/PG_VERSION', { cwd: folder }).length > 0;
  }
  await vi.waitUntil(begun, { timeout: 30_000, interval: 5 });
  if (child.pid === undefined) throw new Error('it was not started');
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await ended;
  expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await readdir(folder)).toEqual(['cluster']);
});

test('lets nobody in without the password', async () => {
  const { port } = new URL((await start()).url('postgres'));
  const stranger = new Client({ connectionString: `postgres://trailhound:wrong@127.0.0.1:${port}/postgres` });
  await expect(stranger.connect()).rejects.toThrow('password authentication failed');
});

test('tells what the server said where it cannot start', async () => {
  await start().then((server) => server.stop());
  running = undefined;
  const attempt = startPostgresServer({
    dataDir: join(folder, 'cluster'),
    password: '-',
    settings: ['shared_buffers=nonsense'],
  });
  await expect(attempt).rejects.toThrow(/PostgreSQL ended while starting[^]*shared_buffers/);
});

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('starts on a copy that root has put back, whose files are root’s by then', async () => {
  const backedUp = await start();
  await query(backedUp, 'create table kept as select 1 as one');
  await backedUp.stop();
  // What `cp -r` leaves.
  await promisify(execFile)('chown', ['-R', '0:0', join(folder, 'cluster')]);
  expect(await query(await start(), 'select one from kept')).toEqual([{ one: 1 }]);
});

test.runIf(isRoot)(
  'begins no empty store in the place of one that the data folder names and that is gone',
  async () => {
    const cluster = await postgresDataDir(folder);
    expect(await postgresDataDir(folder)).toBe(cluster);
    await rm(cluster, { recursive: true });
    await expect(postgresDataDir(folder)).rejects.toMatchObject({
      name: 'EmbeddedServerError',
      message: `the store's folder ${cluster}, which ${join(folder, 'postgres-folder')} names, is not there`,
      remedy: expect.stringContaining('put it back from the backup'),
    });
  },
);
