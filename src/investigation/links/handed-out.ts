import { compareInstants } from '../../model/instant.ts';
import { dayMs } from '../../model/duration.ts';
import type { Instant } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link, LinkKind } from '../../model/link.ts';

/** The steps by which a caller hands out sessions. */
export const handsOut: ReadonlySet<LinkKind> = new Set(['assumed-role', 'minted-session', 'signed-in']);

/** How many sessions somebody handed out within a day of a time, before or after: more than a few are a broker's or a pipeline's. */
export function sessionsNear(links: readonly Link[], maker: IdentityId, at: Instant): number {
  const near = links.filter(
    (link) =>
      link.strength === 'proved' &&
      handsOut.has(link.how) &&
      (link.madeWith ?? link.from) === maker &&
      Math.abs(compareInstants(link.at, at)) <= dayMs,
  );
  return new Set(near.map(({ to, gave }) => gave ?? to)).size;
}
