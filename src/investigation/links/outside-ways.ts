import type { Link } from '../../model/link.ts';
import { accountOfIdentity, kindOf } from './identity-parts.ts';
import type { LinkIndex } from './link-index.ts';

/** What an account that nobody watches has to do with a case. */
export type OutsideWay = 'let-in' | 'shared-with' | 'called-from';

/** The accounts that nobody watches and that a case names, with the ways in which it does. */
export type OutsideWays = ReadonlyMap<string, ReadonlySet<OutsideWay>>;

/** In which ways the links that a case's walk took name accounts that nobody watches. */
export function outsideWays(links: readonly Link[], index: Pick<LinkIndex, 'isWatched'>): OutsideWays {
  const ways = new Map<string, Set<OutsideWay>>();
  function note(accountId: string | undefined, way: OutsideWay): void {
    if (accountId === undefined || accountId === '*' || index.isWatched(accountId)) return;
    const known = ways.get(accountId);
    if (known === undefined) ways.set(accountId, new Set([way]));
    else known.add(way);
  }
  for (const { from, to, how } of links) {
    if (kindOf(to) === 'account') note(accountOfIdentity(to), how === 'shared-with' ? 'shared-with' : 'let-in');
    if (how === 'assumed-role') note(accountOfIdentity(from), 'called-from');
  }
  return ways;
}

/** An account in two ways is the same intruder's in both; in one and the same way it may be a vendor whom many let in. */
export function areTwoWays(one: ReadonlySet<OutsideWay>, other: ReadonlySet<OutsideWay>): boolean {
  return new Set([...one, ...other]).size > 1;
}

/** Whether two cases name an outside account in two ways. */
export function areTiedByOutsiders(one: OutsideWays, other: OutsideWays): boolean {
  return [...one].some(([account, ways]) => {
    const others = other.get(account);
    return others !== undefined && areTwoWays(ways, others);
  });
}
