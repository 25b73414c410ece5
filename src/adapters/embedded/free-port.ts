import { createServer } from 'node:net';

const isFree = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });

/**
 * Finds a TCP port that is free on the loopback interface: the wished one where possible, else one of the system's choice.
 * Another process may take it before it is used, so whoever starts a server on it retries.
 */
export const freePort = async (wished = 0): Promise<number> => {
  const port = (await isFree(wished)) ?? (await isFree(0));
  if (port === undefined) throw new Error('no TCP port is free on 127.0.0.1');
  return port;
};
