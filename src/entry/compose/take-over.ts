import type { Config } from '../config/config.ts';
import { openMigratedStore, openTemporal, withStore, type Connections } from './connections.ts';
import { passReplayGate } from './replay-gate.ts';

/** An installation that this version may work on. */
export interface TakenOver {
  readonly connections: Connections;
  /** How many open workflows were replayed; null where the version before had the same workflows. */
  readonly replayed: number | null;
}

/**
 * Lets this version take an installation over: first every open workflow is replayed against its bundle, and only where all fit is the
 * store brought up to date. A version that is refused has changed nothing in the store, and the one before goes on.
 *
 * @throws ReplayMismatchError, MigrationError, NotRunningError, CodecKeyError, TemporalUnreachableError, StoreUnreachableError
 */
export async function takeOver(config: Config, bundleFile: string): Promise<TakenOver> {
  const temporal = await openTemporal(config);
  try {
    const replayed = await passReplayGate(config, bundleFile, temporal);
    return { connections: withStore(temporal, await openMigratedStore(config)), replayed };
  } catch (error) {
    await temporal.close();
    throw error;
  }
}
