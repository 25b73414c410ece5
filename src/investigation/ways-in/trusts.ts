import type { AccountId } from '../../model/ids.ts';
import type { CaseEffect, CaseEffects } from '../case/case-effects.ts';
import type { Replacement } from '../case/replacements.ts';
import type { EffectOf } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { role, userOrRoleNamed } from '../../cloudtrail/identities.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import type { WayInCandidate } from './candidate.ts';
import { isProvedRepair, outsidersBefore, shutsTrust } from './put-back.ts';
import { door } from './door.ts';
import { narrowing, verdictOf } from './replaced-openings.ts';

/** Who is of the case: as its providers call whoever came in, and by their IDs. */
export interface Entrants {
  readonly cameIn: readonly string[];
  readonly ofCase: ReadonlySet<IdentityId>;
  readonly ownAccounts: readonly string[];
}

/** A trust is closed by the role's end, or by a later one, of somebody else's, that lets none of these in. */
export function trustDoor(
  each: CaseEffect<EffectOf<'trust-changed'>>,
  known: CaseEffects,
  { cameIn, ofCase, ownAccounts }: Entrants,
): readonly WayInCandidate[] {
  const { accountId, effect, at, undone } = each;
  const { roleName } = effect;
  const people = effect.letsIn.filter(({ kind }) => kind !== 'service');
  const letsIn = people.map(({ principal }) => principal);
  const identity = role(accountId, roleName).id;
  const replaced = known.replacedBy('trust-changed', [thing.trust(accountId, roleName)], at);
  const later = replaced === null || replaced.effect.unread ? people : replaced.effect.letsIn;
  const verdict =
    replaced !== null && isAsBefore(replaced, each, known) ? 'left out' : verdictOf(later, people, accountId, cameIn);
  // What was restored went with its role, where another has its name since.
  const isOver = replaced !== null && Date.parse(replaced.at) < Date.parse(each.reopened?.at ?? replaced.at);
  const restored = verdict === 'left out' && !isOver ? replaced : null;
  // A trust that lets in nobody but services, or nobody whom another's had not let in before, is closed by its own record.
  const opensNothing =
    (letsIn.length === 0 && !effect.unread) ||
    isProvedRepair(each, known) ||
    shutsTrust(each, known, (principal) => namesOneOf(ofCase, principal, accountId));
  const harmless = opensNothing ? { at, proof: each.event.ref } : null;
  const what = { kind: 'trust' as const, accountId, roleName, letsIn };
  const neverBack = outsidersBefore(each, known, ownAccounts);
  const before = neverBack.length === 0 ? {} : { neverBack };
  return [{ ...door(each, { identity, what, ...narrowing(verdict) }, undone ?? restored ?? harmless), ...before }];
}

/** Whether a principal is one of some identities, or the role whose session one is. */
function namesOneOf(ids: ReadonlySet<IdentityId>, principal: string, accountId: AccountId): boolean {
  const named = userOrRoleNamed(principal, accountId);
  if (named === undefined) return false;
  if (named.kind === 'user') return ids.has(named.id);
  return [...ids].some((id) => id === named.id || id.startsWith(`session${named.id.slice('role'.length)}/`));
}

/** Whether somebody else put the very trust back that stood before the case first changed it. */
function isAsBefore(
  { effect: { document } }: Replacement<'trust-changed'>,
  { accountId, effect: { roleName } }: CaseEffect<EffectOf<'trust-changed'>>,
  known: CaseEffects,
): boolean {
  const trust = thing.trust(accountId, roleName);
  const first = known.doneTo(trust).find(({ effect }) => effect.kind === 'trust-changed');
  const stood = first === undefined ? undefined : known.stoodBefore('trust-changed', trust, first.at).at(-1);
  return document !== undefined && stood?.effect.document === document;
}

/** Who came into the case from a directory or by a provider, as that calls them. */
export function subjectsIn(links: readonly Link[]): readonly string[] {
  return links.flatMap(({ from }) => {
    const [kind, , subject] = from.split('/').map(decodeURIComponent);
    return kind === 'person' && subject !== undefined ? [subject] : [];
  });
}
