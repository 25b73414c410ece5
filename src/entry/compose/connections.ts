import type { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { openStore, type Store, type StoreOptions } from '../../adapters/store/database.ts';
import { requireSchema } from '../../adapters/store/store-examination.ts';
import { asUnreachable } from '../../adapters/store/store-unreachable-error.ts';
import { loadKeyRing } from '../../adapters/temporal/codec-keys.ts';
import { createDataConverter, createWorkerDataConverter } from '../../adapters/temporal/codec.ts';
import { connectClient, createClient, type TemporalConnectionOptions } from '../../adapters/temporal/connection.ts';
import type { Config, NamespaceUse } from '../config/config.ts';
import { NotRunningError, readRunningCopy } from './running-copy.ts';

/** Connections to an installation's Temporal and store, for a command that works on it. */
export interface Connections {
  readonly store: Store;
  /** Clients of the two namespaces, each over a connection of its own; payloads are encrypted and decrypted on the way. */
  readonly polling: Client;
  readonly cases: Client;
  readonly dataConverter: DataConverter;
  /** For workers, and for replaying what they did. */
  readonly workerDataConverter: DataConverter;
  close(): Promise<void>;
}

/**
 * How to reach the Temporal of a namespace: as configured, else as the copy that runs on the data folder says.
 * @throws NotRunningError
 */
export function temporalConnectionOf(config: Config, use: NamespaceUse): TemporalConnectionOptions {
  const { addresses, tls, apiKey } = config.temporal;
  const address = addresses[use] ?? config.temporal.address ?? readRunningCopy(config.dataDir)?.temporalAddress;
  if (address === undefined) throw new NotRunningError(config.dataDir);
  return { address, ...(tls === undefined ? {} : { tls }), ...(apiKey === undefined ? {} : { apiKey }) };
}

/**
 * The store's URL: as configured, else as the copy that runs on the data folder says.
 * @throws NotRunningError
 */
export function storeUrlOf(config: Config): string {
  const url = config.store.url ?? readRunningCopy(config.dataDir)?.storeUrl;
  if (url === undefined) throw new NotRunningError(config.dataDir);
  return url;
}

/**
 * Opens the store for a command that works on it. A worker makes its schema; a command needs it to be there.
 * @throws NotRunningError, StoreUnreachableError, StoreNotSetUpError
 */
export function openConfiguredStore(config: Config, options: StoreOptions = {}): Promise<Store> {
  return openReadyStore(config, options, ({ db }) => requireSchema(db));
}

async function openReadyStore(
  config: Config,
  options: StoreOptions,
  makeReady: (store: Store) => Promise<unknown>,
): Promise<Store> {
  const url = storeUrlOf(config);
  const store = openStore(url, options);
  try {
    await makeReady(store);
    return store;
  } catch (error) {
    await store.close();
    throw asUnreachable(error, url);
  }
}

/**
 * Opens the store and clients of both namespaces.
 *
 * @param migrate brings the store's schema up to date first, which is for workers to do; else it must be there.
 * @throws NotRunningError, StoreUnreachableError, StoreNotSetUpError, CodecKeyError, TemporalUnreachableError
 */
export async function openConnections(
  config: Config,
  { migrate = false }: { readonly migrate?: boolean } = {},
): Promise<Connections> {
  storeUrlOf(config); // where nothing runs there is no codec key either, but that is not what somebody has to hear
  const keyRing = await loadKeyRing(config.codec.keyFile);
  const dataConverter = createDataConverter(keyRing);
  const { maxConnections } = config.store;
  const makeReady = migrate ? (store: Store) => store.migrate() : ({ db }: Store) => requireSchema(db);
  const store = await openReadyStore(config, { maxConnections }, makeReady);
  const opened: Connection[] = [];
  async function close(): Promise<void> {
    await store.close();
    for (const connection of opened) await connection.close();
  }
  async function clientOf(use: NamespaceUse): Promise<Client> {
    const connection = await connectClient(temporalConnectionOf(config, use));
    opened.push(connection);
    return createClient(connection, config.temporal.namespaces[use], dataConverter);
  }
  try {
    const [polling, cases] = [await clientOf('polling'), await clientOf('cases')];
    return { store, polling, cases, dataConverter, workerDataConverter: createWorkerDataConverter(keyRing), close };
  } catch (error) {
    await close();
    throw error;
  }
}
