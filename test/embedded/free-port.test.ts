import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../src/adapters/embedded/free-port.ts';

/** Another copy, which finds a port and has not used it yet. */
async function otherCopy(wished: number): Promise<{ readonly found: number; end(): Promise<void> }> {
  const program = `import { freePort } from './src/adapters/embedded/free-port.ts';
    console.log(await freePort(${wished})); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    found: Number(line.toString()),
    end: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('gives the wished port, again to the same process, and to nobody else while that runs', async () => {
  const wished = await freePort();
  const first = await otherCopy(wished);
  expect(first.found).toBe(wished);
  const second = await otherCopy(wished);
  expect(second.found).not.toBe(wished);
  await second.end();
  await first.end();
  expect(await freePort(wished)).toBe(wished);
  expect(await freePort(wished)).toBe(wished);
});

test('gives another port than one in use', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await freePort(port)).not.toBe(port);
  server.close();
});
