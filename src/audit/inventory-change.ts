import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { Digest } from '../model/ids.ts';

/** What an installation runs with, of one sort (rules, exceptions, settings): the digest of each by its ID. No content is in it. */
export type Inventory = Readonly<Record<string, Digest>>;

/** How an inventory differs from the one that was recorded last. */
export interface InventoryChange {
  /** Over the whole inventory. */
  readonly digest: Digest;
  /** Of the one before; null where none is on record. */
  readonly before: Digest | null;
  /** IDs, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The inventory, for the next comparison. */
  readonly parts: Inventory;
}

/** @returns null where nothing has changed. */
export function inventoryChange(before: InventoryChange | null, parts: Inventory): InventoryChange | null {
  const digest = canonicalDigest(parts);
  if (before?.digest === digest) return null;
  const known = new Map(Object.entries(before?.parts ?? {}));
  const now = Object.keys(parts).toSorted();
  return {
    digest,
    before: before?.digest ?? null,
    added: now.filter((id) => !known.has(id)),
    removed: [...known.keys()].filter((id) => !Object.hasOwn(parts, id)).toSorted(),
    changed: now.filter((id) => known.has(id) && known.get(id) !== parts[id]),
    parts,
  };
}
