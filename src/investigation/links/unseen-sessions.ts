import type { CaseIdentity, CaseMaterial } from '../case/case-material.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { accountOfIdentity, kindOf } from './identity-parts.ts';

type Walked = Pick<CaseMaterial, 'identities' | 'links' | 'events'>;

/**
 * Handing a role to a service proves that the service may act as the role, not that it did: a session that no record shows at work is
 * told as its role, until one does; and a role whose handing over came to a session that is seen is told as that session.
 */
export function withoutUnseenSessions<Material extends Walked>(material: Material): Material {
  const { identities, links, events } = material;
  if (!links.some(({ how }) => how === 'passed-role')) return material;
  const seen = new Set(events.flatMap(({ callers }) => callers));
  const unseen = new Map(
    links.flatMap(({ how, to, via }): readonly (readonly [IdentityId, IdentityId])[] => {
      const [role] = via ?? [];
      return how === 'passed-role' && role !== undefined && role !== to && !seen.has(to) ? [[to, role]] : [];
    }),
  );
  const begun = links.filter(
    (link) => link.how === 'passed-role' && kindOf(link.to) === 'session' && seen.has(link.to),
  );
  const played = links.filter(({ how, to, from }) => {
    const role = unseen.get(to) ?? to;
    return (
      how === 'passed-role' && begun.some((link) => link.from === from && link.to !== to && link.via?.[0] === role)
    );
  });
  if (unseen.size === 0 && played.length === 0) return material;
  const kept = links.filter((link) => !played.includes(link));
  const needed = new Set(kept.flatMap(({ from, to }) => [from, to]));
  const gone = new Set(played.map(({ to }) => to).filter((id) => !needed.has(id)));
  const told = new Map(
    identities
      .filter(({ id }) => !unseen.has(id) && !gone.has(id))
      .map((identity): [IdentityId, CaseIdentity] => [identity.id, identity]),
  );
  for (const identity of identities) {
    const role = unseen.get(identity.id);
    if (role !== undefined && !gone.has(identity.id) && !told.has(role)) told.set(role, asRole(role, identity));
  }
  return { ...material, identities: [...told.values()], links: onceEach(kept.map((link) => toRole(link, unseen))) };
}

/** A role may be handed over for a session whose name is known, and for whichever others come of it. */
function onceEach(links: readonly Link[]): readonly Link[] {
  const handed = new Map(
    links.filter(({ how }) => how === 'passed-role').map((link) => [`${link.from} ${link.to}`, link]),
  );
  return links.filter((link) => link.how !== 'passed-role' || handed.get(`${link.from} ${link.to}`) === link);
}

/** What others do as the role is not the intruder's. */
function asRole(id: IdentityId, session: CaseIdentity): CaseIdentity {
  const name = decodeURIComponent(id.slice(id.lastIndexOf('/') + 1));
  const isOwn = session.accountId !== null && accountOfIdentity(id) === session.accountId;
  return { ...session, id, kind: kindOf(id), accountId: isOwn ? session.accountId : null, name, whole: false };
}

function toRole(link: Link, unseen: ReadonlyMap<IdentityId, IdentityId>): Link {
  const role = link.how === 'passed-role' ? unseen.get(link.to) : undefined;
  return role === undefined ? link : { ...link, to: role };
}
