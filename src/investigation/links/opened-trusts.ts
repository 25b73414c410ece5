import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { kindOf } from './identity-parts.ts';
import { letsIn } from './lets-in.ts';
import type { Member } from './members.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** What came by a role before the intruder opened it, where so much has come since that it is not at hand. */
export async function linksBeforeOpened(walk: WalkSoFar, { id }: Member): Promise<readonly Link[]> {
  const before: Link[] = [];
  for (const { at } of trustsOf(walk, id)) before.push(...(await walk.known.before(id, at)));
  return before;
}

/** Sessions of a role that the intruder made, or opened to whoever then came in; callers that a planted provider vouched for. */
export function cameThrough(walk: WalkSoFar, { id, role }: Member, link: Link, touching: readonly Link[]): boolean {
  const kind = kindOf(id);
  const isTrust = kind === 'provider' || kind === 'role';
  if (!isTrust || link.how !== 'assumed-role' || !(link.via?.includes(id) ?? link.from === id)) return false;
  if (kind === 'provider' || role === 'created') return true;
  const trusts = trustsOf(walk, id).filter(
    (trust) => Date.parse(trust.at) <= Date.parse(link.at) && letsIn(trust, link),
  );
  // Whoever came in by the role before it was opened goes on doing so: a pipeline that was trusted all along.
  const isLetIn = trusts.some(
    (trust) =>
      !touching.some(
        ({ how, from, at }) => how === 'assumed-role' && from === link.from && Date.parse(at) < Date.parse(trust.at),
      ),
  );
  if (isLetIn && kindOf(link.from) === 'person') walk.strangers.add(link.from);
  return isLetIn;
}

function trustsOf(walk: WalkSoFar, id: IdentityId): readonly Link[] {
  return walk.taken.stepsTo(id).filter(({ how }) => how === 'opened-trust');
}
