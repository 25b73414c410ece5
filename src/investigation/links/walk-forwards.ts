import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { withoutCrowd } from './crowds.ts';
import { actsFrom, usesOfInstance } from './entered-instances.ts';
import { withRoles } from './handed-roles.ts';
import { handsOut } from './handed-out.ts';
import { kindOf } from './identity-parts.ts';
import type { Member } from './members.ts';
import { cameThrough, linksBeforeOpened } from './opened-trusts.ts';
import { besideBySameCertificate } from './same-certificate.ts';
import { isGivenPassword, isOwnersSignIn, usesOfPerson, withoutOwnersSessions } from './given-passwords.ts';
import { worksForStackSet } from './stack-sets.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** To all that came of them. */
export async function walkForwards(walk: WalkSoFar): Promise<void> {
  /** Each setting of a user's password by the intruder, by setter and user: the user is looked at anew for it. */
  const passwordsSet = new Set<string>();
  let frontier = [...walk.members.byId().keys()];
  while (frontier.length > 0) {
    const next = new Set<IdentityId>();
    const byNode = await walk.known.touchingEach(frontier);
    for (const id of frontier) {
      const touching = byNode.get(id) ?? [];
      const member = await asFarAsKnown(walk, id, touching);
      if (member === undefined || member.role === 'outside') continue;
      // Of others not all that they do is looked for.
      if ((member.whole || kindOf(id) === 'access-key') && (await walk.known.isCut(id, member.sinceMs)))
        walk.limits.set(`latest-only ${id}`, { kind: 'latest-only', at: id });
      for (const reached of await besideBySameCertificate(walk, member))
        if (walk.members.join(reached)) next.add(reached.id);
      for (const link of await withRoles(walk, await leadingOn(walk, member, touching))) {
        walk.taken.take(link);
        if (link.source !== undefined && walk.isOwnCall(link)) walk.addresses.add(link.source);
        const setting = `${link.from} ${link.to}`;
        const isNewPassword = link.how === 'set-password' && !passwordsSet.has(setting);
        if (isNewPassword) passwordsSet.add(setting);
        for (const reached of membersBy(walk, link)) {
          // Whoever was reached before, by a key, is looked at anew: sign-ins are the intruder's as well now.
          if (walk.members.join(reached) || isNewPassword) next.add(reached.id);
        }
      }
    }
    frontier = [...next];
  }
}

/** A session all of whose makers belong to the case belongs to it whole, whichever key it uses. */
async function asFarAsKnown(walk: WalkSoFar, id: IdentityId, touching: readonly Link[]): Promise<Member | undefined> {
  const member = walk.members.get(id);
  if (member === undefined || member.whole || kindOf(id) !== 'session' || member.role === 'outside') return member;
  const uses = (await walk.known.usesOf(id)).filter(({ from }) => isGivenPassword(walk, from));
  const makers = [...touching.filter(({ how, to }) => handsOut.has(how) && to === id), ...uses];
  if (!makers.every(({ from, madeWith }) => walk.members.has(madeWith ?? from))) return member;
  const whole = { ...member, whole: true };
  walk.members.put(whole);
  return whole;
}

/** The links by which the walk goes on from a member: by its own calls, as somebody else, through it, and on it. */
async function leadingOn(walk: WalkSoFar, member: Member, touching: readonly Link[]): Promise<readonly Link[]> {
  const inTime = touching.filter(({ at }) => Date.parse(at) >= member.sinceMs);
  const own = inTime.filter(
    (link) =>
      takenBy(member, link) &&
      !isOwnersSignIn(walk, member, link, touching) &&
      walk.ownPlaces.get(member.id)?.has(link.source ?? '') !== true,
  );
  const signedIn = isGivenPassword(walk, member.id) ? await usesOfPerson(walk, member, touching) : [];
  const made = await withoutOwnersSessions(walk, member, own, touching);
  const ever = [...touching, ...(await linksBeforeOpened(walk, member))];
  const through = inTime.filter((link) => cameThrough(walk, member, link, ever));
  // Whoever came by it before goes on doing so: a pool that was changed has others' sessions besides.
  const isChangedProvider = kindOf(member.id) === 'provider' && member.role === 'changed';
  const used = kindOf(member.id) === 'instance' ? await usesOfInstance(walk, member) : [];
  return [
    ...(await withoutCrowd(walk, member, made)),
    ...signedIn,
    ...(isChangedProvider ? await withoutCrowd(walk, member, through) : through),
    ...used,
  ];
}

/** What a member's own calls led to. */
function takenBy({ id, whole }: Member, { from, madeWith }: Link): boolean {
  // A service begins sessions for whoever handed it the role.
  if (kindOf(id) === 'service') return false;
  return madeWith === id || (from === id && (whole || madeWith === undefined));
}

/** What a step makes members of: its far end, the credential that it handed out, and whose key it is. */
function membersBy(walk: WalkSoFar, link: Link): readonly Member[] {
  const { to, how, gave, as = 'used', via = [] } = link;
  const sinceMs = actsFrom(walk, link);
  const members: Member[] = [{ id: to, role: as, sinceMs, whole: isWholeWhenReached(link) }];
  if (gave !== undefined && gave !== to) members.push({ id: gave, role: as, sinceMs, whole: true });
  // Whoever makes a key of its own is not changed by somebody.
  const owners = how === 'created-key' ? via.filter((id) => id !== link.from) : [];
  for (const id of owners) members.push({ id, role: 'changed', sinceMs, whole: false });
  return members;
}

function isWholeWhenReached({ to, how, gave, as }: Link): boolean {
  switch (how) {
    case 'signed-in':
      return gave === undefined || gave === to;
    case 'created-user':
    case 'created-key':
    case 'passed-role':
      if (worksForStackSet(to)) return gave === undefined;
      return as !== 'changed' && kindOf(to) !== 'role';
    case 'assumed-role':
    case 'minted-session':
      // The name of a session may be many callers' name; where the key is known, it is the key that counts.
      return gave === undefined || gave === to;
    case 'ran-on-instance':
      return kindOf(to) === 'session';
    default:
      return false;
  }
}
