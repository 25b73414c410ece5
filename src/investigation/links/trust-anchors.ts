import type { Seed } from '../../cloudtrail/seed.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { kindOf } from './identity-parts.ts';
import type { KnownLinks } from './known-links.ts';

/** Whether an identity is a trust anchor of IAM Roles Anywhere: it hands out sessions to whoever shows a certificate of its authority. */
export function isTrustAnchor(id: IdentityId): boolean {
  return kindOf(id) === 'provider' && /(?:%3A|:)trust-anchor(?:%2F|\/)/iu.test(id);
}

/** The ARN of an anchor, by its ID; null for any other identity. */
export function trustAnchorOf(id: IdentityId): string | null {
  return isTrustAnchor(id) ? decodeURIComponent(id.slice('provider/'.length)) : null;
}

/** A session that goes by a serial number, as an anchor names it where its profile takes no other name; a shorter name may be anybody's. */
const serialNumber = /^[0-9a-f]{16,40}$/iu;

/** Whether a link is a session for the certificate for which another one was handed out, by the certificate's serial number. */
export function isOfSameCertificate({ how, from, to }: Link, session: IdentityId): boolean {
  const serial = nameIn(session);
  return how === 'assumed-role' && isTrustAnchor(from) && serialNumber.test(serial) && nameIn(to) === serial;
}

function nameIn(session: IdentityId): string {
  return session.split('/').at(-1) ?? '';
}

/**
 * Where a walk begins that is about the handing out itself: at what was handed out by that call, and not at the anchor, to which everybody
 * comes. A call that handed out nothing begins at the anchor.
 */
export async function certifiedSeeds(seeds: readonly Seed[], known: KnownLinks): Promise<readonly Seed[]> {
  const anchors = seeds.map(({ identity }) => identity).filter(isTrustAnchor);
  if (anchors.length === 0) return seeds;
  const handed = await known.touching(anchors);
  return seeds.flatMap((seed): readonly Seed[] => {
    if (!isTrustAnchor(seed.identity)) return [seed];
    const sessions = handed.filter(
      ({ from, at, source = null, how }) =>
        how === 'assumed-role' &&
        from === seed.identity &&
        Date.parse(at) === Date.parse(seed.at) &&
        source === seed.source,
    );
    if (sessions.length === 0) return [seed];
    return sessions.map(({ to, gave }) => ({ ...seed, principal: to, identity: to, credential: gave ?? null }));
  });
}
