import type { Link } from '../../model/link.ts';
import { kindOf } from './identity-parts.ts';
import type { Member } from './members.ts';
import { isOfSameCertificate, isTrustAnchor } from './trust-anchors.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** The sessions of a member's certificate, each with its key, as members beside it. */
export async function besideBySameCertificate(walk: WalkSoFar, member: Member): Promise<readonly Member[]> {
  return (await ofSameCertificate(walk, member)).flatMap((link) => {
    walk.taken.take(link);
    const { role, sinceMs } = member;
    const session: Member = { id: link.to, role, sinceMs, whole: false };
    return link.gave === undefined ? [session] : [session, { id: link.gave, role, sinceMs, whole: true }];
  });
}

/** What else the certificate was shown for that began a session of the case, from where its anchor is known to have handed that out. */
async function ofSameCertificate(walk: WalkSoFar, { id, sinceMs }: Member): Promise<readonly Link[]> {
  if (kindOf(id) !== 'session') return [];
  const anchors = walk.taken.stepsTo(id).flatMap(({ from }) => (isTrustAnchor(from) ? [from] : []));
  if (anchors.length === 0) return [];
  return (await walk.known.touching(anchors)).filter(
    (link) => anchors.includes(link.from) && isOfSameCertificate(link, id) && Date.parse(link.at) >= sinceMs,
  );
}
