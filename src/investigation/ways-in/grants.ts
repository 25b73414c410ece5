import type { AccountId } from '../../model/ids.ts';
import type { CaseEffect, CaseEffects } from '../case/case-effects.ts';
import { justBefore, type Undoing } from '../case/undoings.ts';
import type { EffectOf, Grants, Holder } from '../effects/effect.ts';
import { isDenyAll } from '../effects/policy-content.ts';
import { thing } from '../effects/thing.ts';
import { role, roleNamed, user } from '../../cloudtrail/identities.ts';
import { earliestFirst } from '../../model/instant.ts';
import type { WayInCandidate } from './candidate.ts';
import { deniedUser } from './closing.ts';
import { isProvedRepair } from './put-back.ts';
import { door } from './door.ts';

/** Rights that lead to more, or that nobody could read. What grants little opens nothing. */
export function leadsOn({ administrator, powers, unread }: Grants): boolean {
  return administrator || powers.length > 0 || unread;
}

/** Closed by its policy's end, by a later one that grants little, or by a denial; and held back by a boundary. */
export function grantDoor(each: CaseEffect<EffectOf<'policy-granted'>>, known: CaseEffects): readonly WayInCandidate[] {
  const { accountId, effect, at, undone } = each;
  const { holder, policy, grants } = effect;
  if (!leadsOn(grants)) return [];
  const { administrator } = grants;
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: `${holder.kind} ${latestName(known, each, holder)}`,
    policy,
    administrator,
  };
  const replaced = known.replacedBy('policy-granted', [thing.policy(accountId, holder, policy)], at);
  const tamed = replaced !== null && !leadsOn(replaced.effect.grants) ? replaced : null;
  const ended = undone ?? tamed ?? deniedHolder(known, each, holder);
  const held = ended === null ? heldBack(known, accountId, holder) : null;
  const opened = door(each, { identity: holderIdentity(each, holder), what }, ended ?? held);
  return [held === null ? opened : { ...opened, heldBack: true }];
}

/** Groups and permission sets are no identities: whoever gave them the policy stands for them. */
function holderIdentity({ accountId, identity }: CaseEffect, holder: Holder): string {
  if (holder.kind === 'group' || holder.kind === 'permission-set') return identity;
  return holder.kind === 'role' ? role(accountId, holder.name).id : user(accountId, holder.name).id;
}

/**
 * What a holder is granted comes to nothing under a boundary that allows nothing, as long as it has that: whoever took it off. Within
 * one second nobody knows which came last, and it counts as off.
 */
export function heldBack(known: CaseEffects, accountId: AccountId, holder: Holder): Undoing | null {
  const key = thing.boundary(accountId, holder);
  const own = known
    .doneTo(key)
    .flatMap(({ effect, at, event }) =>
      'boundary' in effect ? [{ at, proof: event.ref, boundary: effect.boundary }] : [],
    );
  const [first] = own;
  if (first === undefined) return null;
  // A boundary goes with its user to the new name, where its end would be missed.
  const isRenamed = holder.kind === 'user' && known.names.isRenamed({ accountId, userName: holder.name });
  if (isRenamed) return null;
  const since = justBefore(first.at);
  function lastOf(isMeant: (boundary: string | null) => boolean): Undoing | null {
    const others = known.replacedBy('boundary-changed', [key], since, ({ boundary }) => isMeant(boundary));
    return latest([...own.filter(({ boundary }) => isMeant(boundary)), ...(others === null ? [] : [others])]);
  }
  const held = lastOf((boundary) => isDenyAll(boundary ?? ''));
  const freed = lastOf((boundary) => !isDenyAll(boundary ?? ''));
  return held === null || (freed !== null && Date.parse(freed.at) >= Date.parse(held.at)) ? null : held;
}

function latest(undoings: readonly Undoing[]): Undoing | null {
  const last = undoings.toSorted(earliestFirst).at(-1);
  return last === undefined ? null : { at: last.at, proof: last.proof };
}

function latestName({ names }: CaseEffects, { accountId, at }: CaseEffect, { kind, name }: Holder): string {
  return kind === 'user' ? names.latest({ accountId, userName: name }, at) : name;
}

function deniedHolder(known: CaseEffects, { accountId, at }: CaseEffect, holder: Holder) {
  switch (holder.kind) {
    case 'user':
      return deniedUser(known, { accountId, userName: holder.name }, at, null);
    case 'role':
      // A denial of older sessions leaves the next one what the policy grants.
      return known.denials.denied(thing.deniedRole(accountId, holder.name), null);
    default:
      return null;
  }
}

export function versionDoor(
  each: CaseEffect<EffectOf<'policy-version-set'>>,
  known: CaseEffects,
): readonly WayInCandidate[] {
  const { accountId, effect, identity, at, undone } = each;
  const { grants, policyArn } = effect;
  if (!leadsOn(grants) || isProvedRepair(each, known)) return [];
  const { administrator } = grants;
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: 'whoever has the policy',
    policy: policyArn,
    administrator,
  };
  // Somebody else chose another version since: what an older one grants is not in the call, but it is theirs.
  const document = thing.policyDocument(policyArn);
  const replaced = known.replacedBy('policy-version-set', [document], at);
  const own = known.doneTo(document).flatMap(({ effect: made }) => ('version' in made ? (made.version ?? []) : []));
  const isTheirs =
    replaced !== null &&
    !own.includes(replaced.effect.version ?? '') &&
    (replaced.effect.grants.unread || !leadsOn(replaced.effect.grants));
  return [door(each, { identity, what }, undone ?? (isTheirs ? replaced : null))];
}

export function groupDoor(each: CaseEffect<EffectOf<'group-joined'>>, known: CaseEffects): WayInCandidate {
  const { accountId, at, effect, undone } = each;
  const identity = user(accountId, effect.userName).id;
  const policy = `group ${effect.groupName}`;
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: `user ${known.names.latest({ accountId, userName: effect.userName }, at)}`,
    policy,
    administrator: false,
  };
  return door(
    each,
    { identity, what },
    undone ?? deniedUser(known, { accountId, userName: effect.userName }, at, null),
  );
}

export function permissionSetDoor(each: CaseEffect<EffectOf<'permission-set-granted'>>): WayInCandidate {
  const { effect, identity } = each;
  const what = {
    kind: 'grant' as const,
    accountId: effect.accountId ?? each.accountId,
    holder: `Identity Center principal ${effect.to}`,
    policy: `permission set ${effect.what}`,
    administrator: false,
  };
  return door(each, { identity, what });
}

/** Rights of a service's own, which no policy of IAM's takes away: a denial leaves them. */
export function accessDoor(each: CaseEffect<EffectOf<'access-granted'>>): WayInCandidate {
  const { accountId, effect, identity } = each;
  const { holder, policy, administrator } = effect;
  return door(each, { identity, what: { kind: 'grant', accountId, holder, policy, administrator } });
}

/** Whoever is on an instance of the profile has the role. */
export function profileDoor(each: CaseEffect<EffectOf<'role-passed'>>): readonly WayInCandidate[] {
  const { accountId, effect } = each;
  if (effect.to !== 'instance profile') return [];
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: `instance profile ${effect.resource}`,
    policy: `role ${effect.roleArn}`,
    administrator: false,
  };
  return [door(each, { identity: roleNamed(effect.roleArn, accountId).id, what })];
}
