import type { IdentityId } from '../../model/identity.ts';
import type { CaseIdentity, CaseMaterial } from '../case/case-material.ts';
import { kindOf } from '../links/identity-parts.ts';

type Told = Pick<CaseMaterial, 'identities' | 'links' | 'events'>;

/**
 * Somebody of Identity Center under one name: who takes a role there is called by user name, and by user ID in the records of the session
 * that comes of it. Only Identity Center begins sessions of its roles, and names them after its users: both are the same person.
 */
export function withOnePerson<Material extends Told>(material: Material): Material {
  const same = aliasesIn(material);
  if (same.size === 0) return material;
  function named(id: IdentityId): IdentityId {
    return same.get(id) ?? id;
  }
  return {
    ...material,
    identities: merged(material.identities, named),
    links: material.links.map((link) => (same.has(link.from) ? { ...link, from: named(link.from) } : link)),
    events: material.events.map((event) =>
      event.callers.some((id) => same.has(id)) ? { ...event, callers: [...new Set(event.callers.map(named))] } : event,
    ),
  };
}

/** Who is called by user name, and the ID that the records of their session have. */
function aliasesIn({ links }: Told): ReadonlyMap<IdentityId, IdentityId> {
  const people = links.filter(
    ({ from, to, strength }) => strength === 'proved' && kindOf(from) === 'person' && isOfIdentityCenter(to),
  );
  const signedIn = Map.groupBy(
    people.filter(({ how }) => how === 'signed-in'),
    ({ to }) => to,
  );
  return new Map(
    people.flatMap(({ from, to, how }): readonly (readonly [IdentityId, IdentityId])[] => {
      const ids = new Set(signedIn.get(to)?.map((link) => link.from));
      const [id] = ids;
      return how === 'assumed-role' && ids.size === 1 && id !== undefined && id !== from ? [[from, id]] : [];
    }),
  );
}

function isOfIdentityCenter(id: IdentityId): boolean {
  const [kind, , roleName = ''] = id.split('/').map(decodeURIComponent);
  return kind === 'session' && roleName.startsWith('AWSReservedSSO_');
}

const gravest = ['created', 'changed', 'suspect', 'used', 'outside'] as const satisfies readonly CaseIdentity['role'][];

function merged(identities: readonly CaseIdentity[], named: (id: IdentityId) => IdentityId): readonly CaseIdentity[] {
  return [...Map.groupBy(identities, ({ id }) => named(id))].flatMap(([id, alike]) => {
    const own = alike.find((each) => each.id === id) ?? alike[0];
    if (own === undefined || alike.length === 1) return own === undefined ? [] : [{ ...own, id }];
    const role = gravest.find((each) => alike.some((one) => one.role === each)) ?? own.role;
    const [since = own.since] = alike.map((each) => each.since).toSorted();
    return [{ ...own, id, role, since, whole: alike.some(({ whole }) => whole) }];
  });
}
