import type { AddressDatabases } from '../../adapters/files/address-database.ts';

/** Opens the MMDB files that a command names; most runs name none, and do without what reads them. */
export async function openNamedDatabases(paths: readonly string[]): Promise<AddressDatabases | undefined> {
  if (paths.length === 0) return undefined;
  const { openAddressDatabases } = await import('../../adapters/files/address-database.ts');
  return openAddressDatabases(paths);
}
