import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './pid-file.ts';

function isFree(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

/**
 * Claims a port for as long as this process runs. Two copies that start at the same moment both find it free, and one would take
 * the other's server for its own.
 */
async function claim(port: number): Promise<boolean> {
  const folder = join(tmpdir(), `trailhound-ports-${userInfo().uid}`);
  // A folder that is not ours to write says nothing about the port; another one does as well.
  const holder = await takeLock(join(folder, `${port}.lock`)).catch(() => -1);
  return holder === undefined || holder === process.pid;
}

/**
 * Finds a TCP port that is free on the loopback interface and that no other copy has found: the wished one where possible, else
 * one of the system's choice.
 */
export async function freePort(wished = 0): Promise<number> {
  const wishedOne = wished !== 0 && (await claim(wished)) ? await isFree(wished) : undefined;
  const port = wishedOne ?? (await isFree(0));
  if (port === undefined) throw new Error('no TCP port is free on 127.0.0.1');
  return port;
}
