import { sql } from 'kysely';
import type { Seed } from '../../../cloudtrail/seed.ts';
import type { LinkIndex } from '../../../investigation/links/link-index.ts';
import { firstLetInBy, outsideAccountOf } from '../../../investigation/links/outsiders-let-in.ts';
import type { Member } from '../../../investigation/links/members.ts';
import type { CaseId } from '../../../model/ids.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { StoreDb } from '../database.ts';

/* What an outside account does is of the case that let it in, where nobody had before: by its alerts, and by what the case comes to. Cases that name one in two ways are one. */

/** The accounts that a case let in, or shared with. */
export function accountsLetIn(members: readonly Member[]): readonly IdentityId[] {
  return members.flatMap(({ id, role }) => (role === 'outside' && /^account\/\d{12}$/u.test(id) ? [id] : []));
}

/** Open cases, but for one, that alerts about callers of these accounts are in; with the calls. */
export async function seedsOfOutsiders(
  db: StoreDb,
  accounts: readonly IdentityId[],
  but: CaseId | null,
): Promise<readonly (Seed & { readonly caseId: CaseId })[]> {
  if (accounts.length === 0) return [];
  const { rows } = await sql<Seed & { readonly caseId: CaseId }>`
    select s.case_id as "caseId", s.principal, s.identity, s.credential, s.source, s.at
    from case_seeds s join cases c on c.id = s.case_id and c.closed_at is null
    where split_part(s.identity, '/', 2) = any(${accounts.map((id) => id.slice('account/'.length))}::text[])
      and s.case_id is distinct from ${but}
    order by s.at, s.case_id
  `.execute(db);
  return rows;
}

/** The open cases that these calls' accounts were let in by first, the oldest first; none that a person has taken the caller out of. */
export async function casesThatLetIn(
  db: StoreDb,
  seeds: readonly Seed[],
  links: LinkIndex,
): Promise<readonly CaseId[]> {
  const [makers, callers] = [new Set<IdentityId>(), new Set<IdentityId>()];
  const asked = new Map<string, Seed>();
  for (const seed of seeds) {
    const id = outsideAccountOf(seed, links);
    const known = id === undefined ? undefined : asked.get(id);
    // Of an account's calls the last one is the likeliest to come after it was let in.
    if (id !== undefined && (known === undefined || Date.parse(known.at) < Date.parse(seed.at))) asked.set(id, seed);
  }
  for (const seed of asked.values()) {
    const maker = await firstLetInBy(seed, links);
    if (maker === undefined) continue;
    makers.add(maker);
    callers.add(seed.identity).add(seed.principal);
  }
  if (makers.size === 0) return [];
  const { rows } = await sql<{ readonly id: CaseId }>`
    select distinct c.id, c.opened_at from case_identities i
    join cases c on c.id = i.case_id and c.closed_at is null
    where i.identity_id = any(${[...makers]}::text[])
      and not exists (
        select from case_separations apart
        where apart.case_id = c.id and apart.identity_id = any(${[...callers]}::text[])
      )
    order by c.opened_at, c.id
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** Open cases about outsiders that a case let in. */
export async function casesOfOutsiders(
  db: StoreDb,
  {
    caseId,
    members,
    accounts,
  }: { readonly caseId: CaseId; readonly members: readonly Member[]; readonly accounts: readonly IdentityId[] },
  links: LinkIndex,
): Promise<readonly CaseId[]> {
  const ids = new Set(members.map(({ id }) => id));
  const found: CaseId[] = [];
  const last = new Map<string, Seed & { readonly caseId: CaseId }>();
  for (const seed of await seedsOfOutsiders(db, accounts, caseId))
    last.set(`${seed.caseId} ${outsideAccountOf(seed, links)}`, seed);
  for (const seed of last.values()) {
    const maker = await firstLetInBy(seed, links);
    if (maker !== undefined && ids.has(maker)) found.push(seed.caseId);
  }
  return [...new Set(found)];
}

/** More open cases that name the accounts of one are not compared with it, the oldest first. */
const mostCompared = 50;

/** Open cases, but for one, that name some of these accounts as outsiders' or are about callers of theirs, the oldest first; with the account. */
export async function casesThatName(
  db: StoreDb,
  accounts: readonly string[],
  but: CaseId | null,
): Promise<readonly { readonly caseId: CaseId; readonly account: string }[]> {
  if (accounts.length === 0) return [];
  const { rows } = await sql<{ readonly caseId: CaseId; readonly account: string }>`
    select named.case_id as "caseId", named.account
    from (
      select case_id, split_part(identity_id, '/', 2) as account from case_identities
      where role = 'outside' and split_part(identity_id, '/', 2) = any(${accounts}::text[])
      union
      select case_id, split_part(identity, '/', 2) from case_seeds
      where split_part(identity, '/', 2) = any(${accounts}::text[])
    ) named
    join cases c on c.id = named.case_id and c.closed_at is null
    where named.case_id is distinct from ${but}
    order by c.opened_at, c.id
    limit ${mostCompared}
  `.execute(db);
  return rows;
}
