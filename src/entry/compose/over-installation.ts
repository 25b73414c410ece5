import type { Store, StoreOptions } from '../../adapters/store/database.ts';
import type { Config } from '../config/config.ts';
import { type Connections, openConfiguredStore, openConnections } from './connections.ts';

/**
 * Asks the store of an installation, and closes it: for questions that need no server of Temporal to be there.
 *
 * @throws NotRunningError, StoreUnreachableError, StoreNotSetUpError
 */
export async function overStore<T>(
  config: Config,
  ask: (store: Store) => Promise<T>,
  options: StoreOptions = {},
): Promise<T> {
  const store = await openConfiguredStore(config, options);
  try {
    return await ask(store);
  } finally {
    await store.close();
  }
}

/**
 * Works over the store and the Temporal of an installation, and closes both.
 *
 * @throws NotRunningError, StoreUnreachableError, StoreNotSetUpError, CodecKeyError, TemporalUnreachableError
 */
export async function overConnections<T>(config: Config, work: (connections: Connections) => Promise<T>): Promise<T> {
  const connections = await openConnections(config);
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}
