import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, readlink } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/server.ts';
import { filesOf } from '../../src/entry/start/data-folder.ts';
import { writeSimulatedConfig } from '../../src/entry/start/simulated-aws.ts';
import { prepareCopies, type RunningCopies } from './running-copies.ts';

/* A real start with all of its processes, as another user of the machine and a web page in the owner's browser find it. */

// Other test files run beside these servers.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let simulator: Simulator;
let copies: RunningCopies;
let dataDir: string;
let pid: number;
beforeAll(async () => {
  simulator = await startSimulator({ accounts: [{ id: '111122223333', regions: ['us-east-1'] }] });
  copies = await prepareCopies();
  // What keeps others out is to be Trailhound's own.
  await chmod(copies.folder, 0o755);
  dataDir = join(copies.folder, 'data');
  const config = await writeSimulatedConfig(dataDir, { ready: true, ...structuredClone(simulator.world) } as never);
  const copy = copies.start(dataDir, config);
  pid = copy.child.pid ?? 0;
  await copy.until(/the promised history of all \d+ account-regions? is covered/);
});
afterAll(async () => {
  await copies.close();
  await simulator.stop();
});

/** A process and all that it has started, as /proc shows them. */
async function withChildren(of: number): Promise<readonly number[]> {
  const tasks = await readdir(`/proc/${of}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${of}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  return [of, ...(await Promise.all(children.map(withChildren))).flat()];
}

/** Addresses and ports on which they listen, of both families, as /proc shows them (proc(5): state 0A is LISTEN). */
async function listeners(
  pids: readonly number[],
): Promise<readonly { readonly address: string; readonly port: number }[]> {
  const links = await Promise.all(
    pids.map(async (each) => {
      const open = await readdir(`/proc/${each}/fd`).catch(() => []);
      return await Promise.all(open.map((fd) => readlink(`/proc/${each}/fd/${fd}`).catch(() => '')));
    }),
  );
  const sockets = new Set(links.flat());
  const tables = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8')));
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === '0A' && sockets.has(`socket:[${inode}]`) ? [{ address, port: Number.parseInt(port, 16) }] : [];
    });
}

/** Status of an answer to what a web page can ask; null where none came. */
function ask(port: number, host: string, method: string, path: string): Promise<number | null> {
  return new Promise((resolve) => {
    const headers = { host, origin: 'https://evil.example', 'content-type': 'text/plain' };
    const asking = request({ host: '127.0.0.1', port, path, method, headers, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? null);
    });
    asking.once('timeout', () => asking.destroy());
    asking.once('error', () => resolve(null));
    asking.end(method === 'POST' ? '{}' : undefined);
  });
}

const loopback = ['0100007F', '00000000000000000000000001000000', '0000000000000000FFFF00000100007F'];

test.skipIf(process.platform !== 'linux')(
  'a start listens on the loopback interface alone, answers no web page, and serves neither web UI nor codec unless they are asked for',
  async () => {
    const pids = await withChildren(pid);
    // Trailhound, Temporal, PostgreSQL, the worker at least.
    expect(pids.length).toBeGreaterThanOrEqual(4);
    const open = await listeners(pids);
    const { temporalAddress, storeUrl } = JSON.parse(await readFile(join(dataDir, 'running.json'), 'utf8')) as {
      readonly temporalAddress: string;
      readonly storeUrl: string;
    };
    const ports = open.map(({ port }) => port);
    expect(ports).toEqual(
      expect.arrayContaining([Number(temporalAddress.split(':')[1]), Number(new URL(storeUrl).port)]),
    );
    expect(open.filter(({ address }) => !loopback.includes(address))).toEqual([]);
    for (const port of new Set(ports))
      for (const host of [`127.0.0.1:${port}`, `evil.example:${port}`]) {
        const answers = [
          await ask(port, host, 'GET', '/'),
          await ask(port, host, 'POST', '/decode'),
          await ask(port, host, 'POST', '/api/v1/namespaces/default/workflows/case/signal/stop'),
        ];
        expect([host, answers.filter((status) => status !== null && status !== 403 && status !== 404)]).toEqual([
          host,
          [],
        ]);
      }
    expect(existsSync(filesOf(dataDir).codecEndpoint)).toBe(false);
  },
);

/** What somebody else on the machine can read below a folder. */
function readableByAnother(folder: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('/usr/bin/find', [folder, '-type', 'f', '-readable'], { uid: 65_533, gid: 65_533 }, (_error, out) =>
      resolve(out),
    );
  });
}

test.skipIf(process.getuid?.() !== 0 || !existsSync('/usr/bin/find'))(
  'another user of the machine reads no file of a start: not its keys, passwords, register and logs, nor the store',
  async () => {
    const cluster = (await readFile(join(dataDir, 'postgres-folder'), 'utf8')).trim();
    expect(existsSync(join(cluster, 'PG_VERSION'))).toBe(true);
    for (const folder of [dataDir, cluster]) expect([folder, await readableByAnother(folder)]).toEqual([folder, '']);
    // Whoever may look in sees files there: the look is one that can find some.
    await chmod(dataDir, 0o755);
    const kept = await readdir(dataDir);
    expect(kept.length).toBeGreaterThan(3);
    // Even then, what is secret stays so.
    const open = (await readableByAnother(dataDir)).split('\n').filter(Boolean);
    await chmod(dataDir, 0o700);
    expect(open.filter((path) => /key|password|running|approver/.test(path) && !path.endsWith('.pub'))).toEqual([]);
  },
);
