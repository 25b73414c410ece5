import type { Seed } from '../../cloudtrail/seed.ts';
import { account } from '../../cloudtrail/identities.ts';
import { earliestFirst } from '../../model/instant.ts';
import type { IdentityId } from '../../model/identity.ts';
import { accountOfIdentity } from './identity-parts.ts';
import type { LinkIndex } from './link-index.ts';

/** The account of a caller that nobody watches, as an identity; `undefined` of whoever else. */
export function outsideAccountOf(
  { identity }: Pick<Seed, 'identity'>,
  index: Pick<LinkIndex, 'isWatched'>,
): IdentityId | undefined {
  const accountId = accountOfIdentity(identity);
  if (accountId === undefined || !/^\d{12}$/u.test(accountId) || index.isWatched(accountId)) return undefined;
  return account(accountId).id;
}

/**
 * By whose credential the account of an outside caller was let in first, where that was before the call: whoever was there before, or was
 * let in by others, is nobody whom a later sharing brought. Nor is it told of an account that very many let in.
 */
export async function firstLetInBy(
  seed: Seed,
  index: Pick<LinkIndex, 'isWatched' | 'touching'>,
): Promise<IdentityId | undefined> {
  const id = outsideAccountOf(seed, index);
  if (id === undefined) return undefined;
  const { byNode, busy } = await index.touching([id], []);
  if (busy.has(id)) return undefined;
  const [first] = (byNode.get(id) ?? [])
    .filter(({ to, strength }) => to === id && strength === 'proved')
    .toSorted(earliestFirst);
  if (first === undefined || Date.parse(first.at) > Date.parse(seed.at)) return undefined;
  return first.madeWith ?? first.from;
}
