import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endSurvivor, sharedFolder } from '../../adapters/embedded/postgres-server.ts';
import type { Config } from '../config/config.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** What is kept cannot be forgotten so. */
export class FreshStartError extends TrailhoundError {
  override readonly name = 'FreshStartError';
  override readonly code = 'fresh-start';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

/**
 * Refuses a fresh start that was not meant, or that would forget one half: cases without their events, or the other way round.
 * @throws FreshStartError
 */
export function allowFreshStart({ file, store, temporal, dataDir }: Config, confirmed: boolean): void {
  if (store.url !== undefined || temporal.address !== undefined)
    throw new FreshStartError(
      'a fresh start forgets what this machine keeps, and the configuration names a store or a Temporal of yours',
      'empty these yourself: a new database, new namespaces',
    );
  if (file !== undefined && !confirmed)
    throw new FreshStartError(
      `a fresh start deletes all cases, events, audit records and keys in ${dataDir}, and they cannot be brought back`,
      'say that you mean it: --fresh --yes',
    );
}

/** The simulation's folder lies in a real installation's, and is another's to forget. */
const kept = new Set(['run', 'simulated', 'simulated.toml']);

/** Forgets all that the embedded servers and the simulation keep in a data folder that is ours, and root's cluster outside of it. */
export async function forgetAll(dataDir: string): Promise<void> {
  const cluster = (await readFile(join(dataDir, 'postgres-folder'), 'utf8').catch(() => '')).trim();
  for (const folder of [join(dataDir, 'postgres'), cluster]) if (folder !== '') await endSurvivor(folder);
  // The note is a file that others could not write; even so, nothing but a cluster of ours is deleted.
  if (cluster !== '' && dirname(cluster) === sharedFolder) await rm(cluster, { recursive: true, force: true });
  for (const name of await readdir(dataDir)) {
    if (!kept.has(name)) await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
