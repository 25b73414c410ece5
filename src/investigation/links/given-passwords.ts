import type { Instant } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { earliestFirst } from '../../model/instant.ts';
import { isPersonsUse, usesApart } from './directory-passwords.ts';
import { isConsoleSession, kindOf } from './identity-parts.ts';
import type { Member } from './members.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** People of a directory whose own credentials the walk began at, all after somebody else of it had set their password. */
export function givenPasswords(walk: WalkSoFar): ReadonlySet<IdentityId> {
  const steps = walk.taken.steps();
  const settings = steps.filter(({ how, to }) => how === 'set-password' && kindOf(to) === 'person');
  const handed = settings.filter(({ from, to, at }) => {
    const own = walk.seeds.filter(({ principal }) => principal === to);
    const isByThemselves = steps.some((step) => isPersonsUse(step) && step.from === to && step.to === from);
    return own.length > 0 && !isByThemselves && own.every((seed) => Date.parse(seed.at) >= Date.parse(at));
  });
  return new Set(handed.map(({ to }) => to));
}

/** Somebody of a directory whose password the intruder set, and who was not the intruder's before. */
export function isGivenPassword(walk: WalkSoFar, id: IdentityId): boolean {
  const member = kindOf(id) === 'person' ? walk.members.get(id) : undefined;
  return member?.role === 'changed' && !member.whole;
}

/**
 * The owner of a key that was stolen, or made beside, goes on signing in with a password, from where the intruder never called; and so
 * does one whose password the intruder set, until then and after somebody else has set it again.
 */
export function isOwnersSignIn(
  walk: WalkSoFar,
  { id, role, whole }: Member,
  link: Link,
  touching: readonly Link[],
): boolean {
  const { how, madeWith, source } = link;
  const bySignInAlone = how === 'signed-in' && madeWith === undefined;
  const hasOwnPassword =
    role === 'suspect' || (role === 'changed' && passwordAt(walk, id, link.at, touching) !== 'intruder');
  return bySignInAlone && hasOwnPassword && !whole && source !== undefined && !walk.addresses.has(source);
}

/** What the intruder did as somebody of a directory whose password they had set: each by its key, for the session's name is the person's too. */
export async function usesOfPerson(
  walk: WalkSoFar,
  { id, sinceMs }: Member,
  touching: readonly Link[],
): Promise<readonly Link[]> {
  const uses = await walk.known.usesOf(id);
  const suspected = await walk.index.suspected(uses.flatMap(({ madeWith }) => madeWith ?? []));
  const { theirs, untold, places } = usesApart(uses, {
    sinceMs,
    addresses: walk.addresses,
    suspected,
    isTheirs: ({ at }) => passwordAt(walk, id, at, touching) === 'intruder',
  });
  if (untold.length > 0)
    walk.limits.set(`password-known ${id}`, { kind: 'password-known', at: id, uses: untold.length });
  return theirs.map((use) => {
    const { madeWith = use.to } = use;
    if (isConsoleSession(madeWith)) walk.ownPlaces.set(madeWith, places);
    return { ...use, gave: madeWith };
  });
}

/** What a user did in the console once somebody else had set the password that the intruder had set before, and the user signed in again. */
export async function withoutOwnersSessions(
  walk: WalkSoFar,
  { id }: Member,
  made: readonly Link[],
  touching: readonly Link[],
): Promise<readonly Link[]> {
  if (!isConsoleSession(id) || made.length === 0) return made;
  const signIns = touching.filter(({ how, to }) => how === 'signed-in' && to === id).toSorted(earliestFirst);
  const owner = signIns[0]?.from;
  if (owner === undefined) return made;
  const ofOwner = await walk.known.touching([owner]);
  return made.filter((link) => {
    const signIn = signIns.findLast(({ at }) => Date.parse(at) <= Date.parse(link.at));
    if (signIn === undefined || link.source === undefined || walk.addresses.has(link.source)) return true;
    const isFromElsewhere = signIn.source !== undefined && !walk.addresses.has(signIn.source);
    return !isFromElsewhere || passwordAt(walk, owner, signIn.at, ofOwner) !== 'another';
  });
}

/** Whose a user's password is at a time: whoever set it last has it. */
function passwordAt(
  walk: WalkSoFar,
  id: IdentityId,
  at: Instant,
  touching: readonly Link[],
): 'intruder' | 'another' | 'owner' {
  const settings = touching.filter(
    (each) =>
      each.how === 'set-password' &&
      each.to === id &&
      Date.parse(each.at) <= Date.parse(at) &&
      // Whoever changes a password of their own in the console had it before.
      (each.from !== id || each.madeWith === undefined || kindOf(each.madeWith) === 'access-key'),
  );
  const last = settings.toSorted(earliestFirst).at(-1);
  if (last === undefined) return 'owner';
  return walk.isOwnCall(last) ? 'intruder' : 'another';
}
