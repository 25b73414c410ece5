import type { Link } from '../../model/link.ts';
import { handsOut } from './handed-out.ts';
import { kindOf } from './identity-parts.ts';
import type { Member } from './members.ts';
import { isTrustAnchor } from './trust-anchors.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** More sessions than this from one credential are a broker's or a pipeline's. */
const crowdLimit = 20;

/** An edge that many use ends the walk, unless alerts lie on its other side too. */
export async function isFollowedBack(walk: WalkSoFar, link: Link): Promise<boolean> {
  if (link.how === 'ran-on-instance' || kindOf(link.from) === 'person' || isTrustAnchor(link.from)) return true;
  const maker = link.madeWith ?? link.from;
  const sessions = await walk.known.sessionsNear(maker, link.at);
  if (sessions <= crowdLimit) return true;
  const suspected = await walk.index.suspected([maker, link.from]);
  if (suspected.size > 0) return true;
  walk.limits.set(`crowd ${maker}`, { kind: 'crowd', at: link.from, sessions });
  return false;
}

/** Of what a member made: of more sessions than one intruder needs, those that alerts tie to it. */
export async function withoutCrowd(walk: WalkSoFar, member: Member, made: readonly Link[]): Promise<readonly Link[]> {
  const handed = made.filter(({ how }) => handsOut.has(how));
  const sessions = new Set(handed.map(({ to, gave }) => gave ?? to)).size;
  if (sessions <= crowdLimit) return made;
  const suspected = await walk.index.suspected(handed.flatMap(({ to, gave }) => [to, gave ?? to]));
  const addresses = new Set(
    walk.seeds
      .filter((seed) => seed.credential === member.id || seed.identity === member.id)
      .map(({ source }) => source),
  );
  function isOurs(link: Link): boolean {
    return (
      !handsOut.has(link.how) ||
      suspected.has(link.gave ?? link.to) ||
      (link.source !== undefined && addresses.has(link.source))
    );
  }
  walk.limits.set(`crowd ${member.id}`, { kind: 'crowd', at: member.id, sessions });
  return made.filter(isOurs);
}
