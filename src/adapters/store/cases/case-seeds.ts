import type { Seed } from '../../../cloudtrail/seed.ts';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import type { CaseId } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';
import { storableText } from '../json-text.ts';
import type { CaseSeedsTable } from '../tables/case-tables.ts';

/** Seeds with their callers under their own names, where another account's record had a unique ID only; in their order. */
export async function underOwnNames(db: StoreDb, seeds: readonly Seed[]): Promise<readonly Seed[]> {
  if (seeds.length === 0) return [];
  const rows = await db
    .selectFrom('identity_aliases')
    .selectAll()
    .where('alias', 'in', [...new Set(seeds.flatMap(({ identity, principal }) => [identity, principal]))])
    .execute();
  const names = new Map(rows.map((row) => [row.alias, row.identity_id]));
  return seeds.map((seed) => ({
    ...seed,
    identity: names.get(seed.identity) ?? seed.identity,
    principal: names.get(seed.principal) ?? seed.principal,
  }));
}

/** Where a case's walk begins, as it is stored: once for each caller and address. */
export function seedRow(caseId: CaseId, seed: Seed): CaseSeedsTable {
  const { principal, identity, credential, source, at } = seed;
  return {
    case_id: caseId,
    id: seedId(seed),
    principal,
    identity,
    credential,
    source: source === null ? null : storableText(source),
    at,
  };
}

/** The same for the same caller at the same address. */
export function seedId({ principal, identity, credential, source }: Seed): string {
  return canonicalDigest([principal, identity, credential, source]);
}

/** @returns true where the case has not begun there before. */
export async function addSeed(db: StoreDb, caseId: CaseId, seed: Seed): Promise<boolean> {
  const added = await db
    .insertInto('case_seeds')
    .values(seedRow(caseId, seed))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return added.numInsertedOrUpdatedRows === 1n;
}
