import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { failOnClosedChannel } from './closed-channel.ts';

/** How to reach a Temporal server, a cluster or Temporal Cloud. */
export interface TemporalConnectionOptions {
  /** `host:port` */
  readonly address: string;
  /** Given, even if empty, the connection uses TLS. */
  readonly tls?: {
    readonly serverName?: string;
    readonly serverCaFile?: string;
    readonly clientCertFile?: string;
    readonly clientKeyFile?: string;
  };
  /** Sent as a bearer token; needs TLS. */
  readonly apiKey?: string;
}

/** Nobody answers at Temporal's address, or not as Temporal does. */
export class TemporalUnreachableError extends TrailhoundError {
  override readonly name = 'TemporalUnreachableError';
  override readonly code = 'temporal-unreachable';
  override readonly remedy =
    'start the server (`npm start` runs one of its own), or correct `temporal.address`, `temporal.tls` or the API key in the configuration';
  constructor(address: string, reason: string) {
    super(`Temporal does not answer at ${address}: ${reason}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The gRPC clients wait out a back-off where nobody listens yet; a plain TCP connection tells at once. */
function probe(address: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(`tcp://${address}`);
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 7233) });
    function fail(reason: string): void {
      socket.destroy();
      reject(new TemporalUnreachableError(address, reason));
    }
    socket.setTimeout(timeoutMs, () => fail(`no connection after ${timeoutMs / 1000} s`));
    socket.once('error', (error) => fail(error.message));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

type Tls = NonNullable<TemporalConnectionOptions['tls']>;

async function clientCertPair(tls: Tls) {
  return tls.clientCertFile === undefined || tls.clientKeyFile === undefined
    ? {}
    : { clientCertPair: { crt: await readFile(tls.clientCertFile), key: await readFile(tls.clientKeyFile) } };
}

async function tlsOptions(tls: Tls) {
  return {
    ...(tls.serverName === undefined ? {} : { serverNameOverride: tls.serverName }),
    ...(tls.serverCaFile === undefined ? {} : { serverRootCACertificate: await readFile(tls.serverCaFile) }),
    ...(await clientCertPair(tls)),
  };
}

async function sdkOptions({ address, tls, apiKey }: TemporalConnectionOptions) {
  return {
    address,
    ...(tls === undefined ? {} : { tls: await tlsOptions(tls) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

async function connect<T>(
  options: TemporalConnectionOptions,
  open: (sdk: Awaited<ReturnType<typeof sdkOptions>>) => Promise<T>,
): Promise<T> {
  const sdk = await sdkOptions(options);
  await probe(options.address, 5_000);
  try {
    return await open(sdk);
  } catch (error) {
    throw new TemporalUnreachableError(options.address, reasonOf(error));
  }
}

/**
 * Connects a client (pure JavaScript gRPC). Calls that wait to be tried again when it is closed fail then.
 * @throws TemporalUnreachableError
 */
export function connectClient(options: TemporalConnectionOptions): Promise<Connection> {
  const interceptors = [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), failOnClosedChannel];
  return connect(options, (sdk) => Connection.connect({ ...sdk, interceptors }));
}

/**
 * Connects the workers (the SDK's native core).
 * @throws TemporalUnreachableError
 */
export function connectWorkers(options: TemporalConnectionOptions): Promise<NativeConnection> {
  return connect(options, (sdk) => NativeConnection.connect(sdk));
}

/** A client of one namespace whose payloads are encrypted. */
export function createClient(connection: Connection, namespace: string, dataConverter: DataConverter): Client {
  return new Client({ connection, namespace, dataConverter });
}
