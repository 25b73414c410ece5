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

/** Clients of an installation's two namespaces, each over a connection of its own; payloads are encrypted and decrypted on the way. */
export interface TemporalClients {
  readonly polling: Client;
  readonly cases: Client;
  readonly dataConverter: DataConverter;
  /** For workers, and for replaying what they did. */
  readonly workerDataConverter: DataConverter;
  close(): Promise<void>;
}

/** Connections to an installation's Temporal and store, for a command that works on it. */
export interface Connections extends TemporalClients {
  readonly store: Store;
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

/**
 * Opens the store and brings its schema up to date: what was open must fit this version by then (see `takeOver`).
 * @throws NotRunningError, StoreUnreachableError, MigrationError
 */
export function openMigratedStore(config: Config): Promise<Store> {
  return openReadyStore(config, { maxConnections: config.store.maxConnections }, (store) => store.migrate());
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
 * Opens clients of both namespaces.
 * @throws NotRunningError, CodecKeyError, TemporalUnreachableError
 */
export async function openTemporal(config: Config): Promise<TemporalClients> {
  const keyRing = await loadKeyRing(config.codec.keyFile);
  const dataConverter = createDataConverter(keyRing);
  const opened: Connection[] = [];
  async function close(): Promise<void> {
    for (const connection of opened) await connection.close();
  }
  async function clientOf(use: NamespaceUse): Promise<Client> {
    const connection = await connectClient(temporalConnectionOf(config, use));
    opened.push(connection);
    return createClient(connection, config.temporal.namespaces[use], dataConverter);
  }
  try {
    const [polling, cases] = [await clientOf('polling'), await clientOf('cases')];
    return { polling, cases, dataConverter, workerDataConverter: createWorkerDataConverter(keyRing), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is closed is closed together, the store first: whoever uses it is told by Temporal's clients. */
export function withStore(temporal: TemporalClients, store: Store): Connections {
  return {
    ...temporal,
    store,
    close: async () => {
      await store.close();
      await temporal.close();
    },
  };
}

/**
 * Opens the store, whose schema must be there, and clients of both namespaces.
 *
 * @param first asks the store before Temporal is asked for: a name that the store does not know is no fault of a connection
 * @throws NotRunningError, StoreUnreachableError, StoreNotSetUpError, CodecKeyError, TemporalUnreachableError
 */
export async function openConnections(
  config: Config,
  first: (store: Store) => Promise<unknown> = async () => undefined,
): Promise<Connections> {
  storeUrlOf(config); // where nothing runs there is no codec key either, but that is not what somebody has to hear
  const { maxConnections } = config.store;
  const store = await openConfiguredStore(config, { maxConnections });
  try {
    await first(store);
    return withStore(await openTemporal(config), store);
  } catch (error) {
    await store.close();
    throw error;
  }
}
