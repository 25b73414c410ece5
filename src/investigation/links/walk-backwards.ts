import type { Instant } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { isFollowedBack } from './crowds.ts';
import { ranBefore } from './entered-instances.ts';
import { handsOut } from './handed-out.ts';
import { kindOf } from './identity-parts.ts';
import { isWholeWhenSuspect } from './members.ts';
import { isTrustAnchor } from './trust-anchors.ts';
import type { WalkSoFar } from './walk-so-far.ts';

const hopLimit = 12;

/** To whoever handed out what the alerts' calls were made with. */
export async function walkBackwards(walk: WalkSoFar): Promise<void> {
  /** Whoever was put behind an alert's call already: nobody is asked about twice. */
  const askedAbout = new Set<IdentityId>();
  let nodes = walk.seeds.map(({ credential, identity, at, source }) => ({ credential, identity, at, source }));
  for (let hop = 0; hop < hopLimit && nodes.length > 0; hop += 1) {
    const next: typeof nodes = [];
    for (const node of nodes) {
      for (const link of await handingOut(walk, node)) {
        if (!(await isFollowedBack(walk, link))) continue;
        walk.taken.take(link);
        const maker = link.madeWith ?? null;
        if (askedAbout.has(maker ?? link.from)) continue;
        askedAbout.add(maker ?? link.from);
        putBehind(walk, link);
        next.push({ credential: maker, identity: link.from, at: link.at, source: link.source ?? null });
      }
    }
    nodes = next;
  }
}

function putBehind(walk: WalkSoFar, { from, madeWith, at }: Link): void {
  const sinceMs = Math.min(walk.fromMs, Date.parse(at));
  // A trust anchor hands out whatever many certificates ask for, and is the intruder's only where the case made or changed it.
  const outside = walk.isOutside(from) || isTrustAnchor(from);
  if (madeWith !== undefined && !outside) walk.members.join({ id: madeWith, role: 'suspect', sinceMs, whole: true });
  walk.members.join({
    id: from,
    role: outside ? 'outside' : 'suspect',
    sinceMs,
    whole: !outside && isWholeWhenSuspect(from),
  });
}

/** The links that handed out a credential, or the session where its name leads to one maker. */
async function handingOut(
  walk: WalkSoFar,
  node: {
    readonly credential: IdentityId | null;
    readonly identity: IdentityId;
    readonly at: Instant;
    readonly source: string | null;
  },
): Promise<readonly Link[]> {
  const { credential, identity, at } = node;
  const before = (await walk.known.endingAt(identity, credential)).filter(
    (link) => Date.parse(link.at) <= Date.parse(at),
  );
  const exact = before.filter(({ how, gave }) => handsOut.has(how) && gave !== undefined && gave === credential);
  const person = before.filter(
    ({ how, to, from }) => how === 'signed-in' && to === identity && kindOf(from) === 'person',
  );
  // Whoever set their password is behind it, not they.
  if (person.some(({ from }) => walk.handed.has(from))) return [];
  if (exact.length > 0) return [...exact, ...person];
  noteMaker(walk, before, credential, identity);
  if (person.length > 0) return person;
  const named = before.filter(({ how, to }) => handsOut.has(how) && to === identity);
  const makers = new Set(named.map(({ from, madeWith }) => madeWith ?? from));
  if (makers.size > 1) {
    walk.limits.set(`shared ${identity}`, { kind: 'shared-session', at: identity, makers: makers.size });
    return [];
  }
  return [...named, ...(await ranBefore(walk, node))];
}

/** Who made a user or key that is under suspicion: said, not followed. */
function noteMaker(walk: WalkSoFar, links: readonly Link[], credential: IdentityId | null, identity: IdentityId): void {
  for (const { how, to, from } of links) {
    if ((how === 'created-user' && to === identity) || (how === 'created-key' && to === credential)) {
      walk.limits.set(`made-by ${to}`, { kind: 'made-by', at: to, maker: from });
    }
  }
}
