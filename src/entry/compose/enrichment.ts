import { type AddressDatabases, openAddressDatabases } from '../../adapters/files/address-database.ts';
import { InputPathError } from '../../adapters/files/input-paths.ts';
import type { Config } from '../config/config.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** A database of addresses that the configuration names cannot be read. */
export class AddressDatabaseError extends TrailhoundError {
  override readonly name = 'AddressDatabaseError';
  override readonly code = 'address-database';
  override readonly remedy =
    'correct `enrichment.mmdb` in the configuration: MaxMind databases of cities, countries or networks';
}

/**
 * The databases of addresses that events are enriched by as they are stored; undefined where none is configured.
 *
 * @throws AddressDatabaseError
 */
export async function openEnrichment({ enrichment }: Config): Promise<AddressDatabases | undefined> {
  if (enrichment.mmdb.length === 0) return undefined;
  try {
    return await openAddressDatabases(enrichment.mmdb);
  } catch (error) {
    if (!(error instanceof InputPathError)) throw error;
    throw new AddressDatabaseError(error.message);
  }
}
