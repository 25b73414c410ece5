import type { Store, StoreOptions } from '../../adapters/store/database.ts';
import { caseNamed } from '../../views/case.ts';
import type { Config } from '../config/config.ts';
import { lostCase } from './compared-cases.ts';
import { casePorts } from './case-ports.ts';
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
 * @param first asks the store before Temporal is asked for
 * @throws NotRunningError, StoreUnreachableError, StoreNotSetUpError, CodecKeyError, TemporalUnreachableError
 */
export async function overConnections<T>(
  config: Config,
  work: (connections: Connections) => Promise<T>,
  first?: (store: Store) => Promise<unknown>,
): Promise<T> {
  const connections = await openConnections(config, first);
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}

/**
 * The same for what is about a case: that there is no such case is said whether or not Temporal answers.
 *
 * @throws NoSuchCaseError, LostCaseError, and as {@link overConnections}
 */
export async function overCase<T>(
  config: Config,
  named: string,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  return await overConnections(config, work, ({ db }) =>
    caseNamed(casePorts(db, null), named).catch((error: unknown) => lostCase(config, named, error)),
  );
}
