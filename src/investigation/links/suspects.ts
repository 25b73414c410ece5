import type { IdentityId } from '../../model/identity.ts';
import { earliestFirst } from '../../model/instant.ts';
import { kindOf } from './identity-parts.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** Somebody is the suspect, also where each gave access to the other; and it is one of us where it may be one of us. */
export function nameSuspects(walk: WalkSoFar): void {
  const suspects = [...walk.members.byId().values()].filter(({ role }) => role === 'suspect');
  const own = suspects.filter(({ id }) => !walk.isOutside(id));
  const vouchedFor = vouchedForByPlanted(walk);
  for (const each of suspects) {
    const isStranger = own.length > 0 && !own.includes(each);
    if (isStranger || vouchedFor.has(each.id)) walk.members.put({ ...each, role: 'outside' });
  }
  if (suspects.length > 0) return;
  const first = walk.seeds.toSorted(earliestFirst)[0];
  for (const id of [first?.identity, first?.credential]) {
    const member = walk.members.get(id ?? '');
    if (member !== undefined) walk.members.put({ ...member, role: 'suspect' });
  }
}

/** Whom a provider vouches for that the intruder made or changed is whomever the intruder likes. */
function vouchedForByPlanted(walk: WalkSoFar): ReadonlySet<IdentityId> {
  function isPlanted(id: IdentityId): boolean {
    const role = kindOf(id) === 'provider' ? walk.members.get(id)?.role : undefined;
    return role === 'created' || role === 'changed';
  }
  const planted = walk.taken.steps().flatMap(({ from, via = [] }) => (via.some(isPlanted) ? [from] : []));
  return new Set([...planted, ...walk.strangers]);
}
