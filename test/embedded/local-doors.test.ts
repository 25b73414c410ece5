import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findTemporal, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from '../../src/adapters/embedded/temporal-server.ts';
import { takeDataFolder } from '../../src/entry/start/data-folder.ts';
import { writeRunningCopy } from '../../src/entry/compose/running-copy.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let server: TemporalServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-doors-'));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(folder, { recursive: true });
});

/** The TCP ports on which a process listens, as /proc shows them (proc(5): state 0A is LISTEN). */
async function portsOf(pid: number): Promise<readonly number[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && links.includes(`socket:[${inode}]`)
      ? [Number.parseInt(local.split(':')[1] ?? '', 16)]
      : [];
  });
}

interface Asked {
  readonly method: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Status of an answer in HTTP/1.1, the only protocol in which a web page can ask; null where none came. */
function ask(port: number, path: string, { method, host, headers }: Asked): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, method, timeout: 2_000 };
    const asking = request({ ...options, headers: { ...headers, host: host ?? `127.0.0.1:${port}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? null);
    });
    asking.once('timeout', () => asking.destroy());
    asking.once('error', () => resolve(null));
    asking.end(method === 'POST' ? '{}' : undefined);
  });
}

const signalPath = '/api/v1/namespaces/default/workflows/case/signal/stop';

test.skipIf(process.platform !== 'linux')(
  'no port of the embedded Temporal server answers what a web page can ask, whatever Host and Origin it names',
  async () => {
    server = await startTemporalServer({
      executable: await findTemporal(temporalSources(process.env)),
      databaseFile: join(folder, 'temporal.sqlite'),
    });
    const ports = await portsOf(server.pid);
    expect(ports).toContain(Number(server.address.split(':')[1]));
    const evil = { 'content-type': 'text/plain', origin: 'https://evil.example' };
    for (const port of ports)
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `evil.example:${port}`]) {
        const answers = [
          await ask(port, '/api/v1/namespaces', { method: 'GET', host }),
          await ask(port, signalPath, { method: 'POST', host, headers: evil }),
          await ask(port, '/', { method: 'GET', host }),
        ];
        expect([port, host, answers.filter((status) => status !== null && status !== 403 && status !== 404)]).toEqual([
          port,
          host,
          [],
        ]);
      }
  },
);

function readAsNobody(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('/bin/cat', [file], { uid: 65_534, gid: 65_534 }, (error, out, err) => resolve(error ? err : out));
  });
}

test.skipIf(process.getuid?.() !== 0)(
  'another user of the machine reads neither where the servers are nor their passwords',
  async () => {
    const dataDir = join(folder, 'data');
    const held = await takeDataFolder(dataDir, () => undefined, new AbortController().signal);
    await writeRunningCopy(dataDir, { pid: 1, temporalAddress: 'x', storeUrl: 'postgres://u:password@x/y' });
    expect(await readAsNobody(join(dataDir, 'running.json'))).toMatch(/Permission denied/);
    await held.release();
  },
);
