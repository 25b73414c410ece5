import { isDeepStrictEqual } from 'node:util';
import type { AccountId } from '../../model/ids.ts';
import type { Effect, EffectOf, LetIn } from '../effects/effect.ts';
import { entryOfCluster, principalOfCluster } from '../effects/doors/access/cluster-access.ts';
import { groupOfDirectory, personOfDirectory } from '../effects/doors/access/directory-access.ts';
import type { LockOutEffect } from '../effects/lock-outs.ts';
import { stillLetsIn } from '../effects/still-lets-in.ts';
import { thing } from '../effects/thing.ts';
import { credentialIdOf, holderOf, thingsOf } from '../effects/things-of.ts';
import type { SeenEvent } from '../seen-event.ts';
import { placeOf } from './place-of.ts';

/** Where somebody was locked out, and of whom a trust let in. */
interface Where {
  readonly accountId: AccountId;
  readonly shutOut: readonly LetIn[];
}

/**
 * Whether a later call gives back what somebody was locked out of.
 *
 * @param isIntruders it is the intruder's own: what they set in its place is theirs, and gives nothing back
 */
export function letsInAgain(lockOut: LockOutEffect, where: Where, event: SeenEvent, isIntruders: boolean): boolean {
  return event.effects.some(
    (effect) =>
      isGivingBack(lockOut, where, { effect, event, isIntruders }) || isItsEnd(lockOut, where, effect, isIntruders),
  );
}

interface Later {
  readonly effect: Effect;
  readonly event: SeenEvent;
  readonly isIntruders: boolean;
}

function isGivingBack(
  lockOut: LockOutEffect,
  { accountId, shutOut }: Where,
  { effect, event, isIntruders }: Later,
): boolean {
  const { how, whom, what } = lockOut;
  const isOwners = !isIntruders;
  /** The same call does not lock out by the same again. */
  function isFree(): boolean {
    return !(event.lockOuts ?? []).some(
      (each) => each.how === how && isSameName(each.whom.name, whom.name) && isShut(each),
    );
  }
  /** A key's policy shuts its account out beside what it denies; owners may let in by name alone. */
  function isShut({ letsIn }: LockOutEffect): boolean {
    if (how !== 'resource-policy') return true;
    if ((letsIn === undefined) !== (lockOut.letsIn === undefined)) return false;
    return letsIn === undefined || letsIn.length === 0 || isIntruders;
  }
  switch (effect.kind) {
    case 'key-created':
      if (how === 'key-off') return effect.accessKeyId === what;
      return how === 'key-deleted' && isOwners && isSameName(effect.userName, whom.name);
    case 'password-set':
      return how.startsWith('password-') && isOwners && isSameName(effect.userName, whom.name);
    case 'credential-made':
      if (how === 'credential-off') return effect.credentialId === credentialIdOf(what);
      if (!isOwners || !isSameName(effect.userName, whom.name)) return false;
      return how === 'mfa-removed'
        ? effect.what === 'MFA device'
        : how === 'credential-deleted' && what.startsWith(effect.what);
    case 'policy-granted': {
      const isIt =
        isDeepStrictEqual(lowered(effect.holder), lowered(whom)) &&
        effect.policy === what &&
        whom.kind === effect.holder.kind;
      if (how === 'policy-taken') return isIt;
      if (how === 'denied') return isIt && effect.inline && isFree();
      return how === 'deleted' && isDeepStrictEqual(lowered(effect.holder), lowered(whom));
    }
    case 'policy-version-set':
      if (how === 'policy-rewritten') return effect.policyArn === whom.name && isFree();
      return (
        how === 'denied' &&
        effect.policyArn === what &&
        !(event.lockOuts ?? []).some((each) => each.how === 'policy-rewritten')
      );
    case 'boundary-changed':
      return (
        how === 'boundary-put' &&
        isDeepStrictEqual(lowered(effect.holder), lowered(whom)) &&
        (isOwners || effect.boundary === null)
      );
    case 'group-joined':
      if (how === 'out-of-group') return isSameName(effect.userName, whom.name) && isSameName(effect.groupName, what);
      return how === 'deleted' && whom.kind === 'group' && isSameName(effect.groupName, whom.name);
    case 'user-created':
      return how === 'deleted' && whom.kind === 'user' && isSameName(effect.userName, whom.name);
    case 'user-renamed':
      return how === 'renamed' && isSameName(effect.newName, whom.name);
    case 'provider-made':
      return how === 'deleted' && whom.kind === 'provider' && effect.arn === whom.name && isOwners;
    case 'access-granted':
      if (how === 'access-taken') return isEntry(effect, whom.name, what);
      return how === 'out-of-group' && whom.kind === 'person' && isMembership(effect, whom.name, what);
    case 'role-created':
      return (
        whom.kind === 'role' && isSameName(effect.roleName, whom.name) && (how === 'deleted' || how === 'trust-written')
      );
    case 'person-created':
      return how === 'disabled' && effect.userId === whom.name;
    case 'permission-set-granted':
      return (
        how === 'unassigned' &&
        thingsOf(lockOut, placeOf(event)).includes(
          thing.assignment(effect.to, effect.permissionSetArn, effect.accountId ?? accountId),
        )
      );
    case 'trust-changed':
      return (
        how === 'trust-written' &&
        isOwners &&
        isSameName(effect.roleName, whom.name) &&
        (effect.unread || shutOut.every((who) => stillLetsIn(effect.letsIn, who, accountId))) &&
        (shutOut.length > 0 || !isDeepStrictEqual(effect.letsIn, lockOut.letsIn))
      );
    case 'organization-changed':
      return (
        how === 'organization-policy' &&
        effect.what === 'policy-detached' &&
        effect.name === what &&
        (effect.target === undefined || effect.target === whom.name)
      );
    case 'shared':
      // Whom it was for is not in the call that revokes a grant.
      if (how === 'access-taken')
        return isOwners && whom.kind === 'grant' && effect.by.startsWith('grant ') && effect.resource === what;
      return (
        how === 'resource-policy' &&
        effect.by === 'policy' &&
        effect.type === whom.kind &&
        effect.resource === whom.name &&
        isFree()
      );
    default:
      return false;
  }
}

/** What its owner has ended since is not given back: a key that was replaced. */
function isItsEnd(
  { how, whom, what }: LockOutEffect,
  { accountId }: Where,
  effect: Effect,
  isIntruders: boolean,
): boolean {
  if (isIntruders || effect.kind !== 'undone' || effect.how !== 'deleted') return false;
  const gone = [
    ...(how === 'key-off' ? [thing.accessKey(what)] : []),
    ...(how === 'credential-off' ? [thing.credential(accountId, credentialIdOf(what))] : []),
    ...(whom.kind === 'user' && how !== 'deleted' ? [thing.user(accountId, whom.name)] : []),
    ...(whom.kind === 'role' && how !== 'deleted' ? [thing.role(accountId, whom.name)] : []),
    ...(whom.kind === 'person' && how !== 'deleted' && how !== 'disabled' ? [thing.person(whom.name)] : []),
    ...(whom.kind === 'permission-set' && how !== 'deleted' ? [thing.permissionSet(holderOf(whom).name)] : []),
  ];
  return effect.things.some((key) => gone.includes(key));
}

/** Somebody's in a group of a directory, as the door of such memberships tells it. */
function isMembership({ holder, policy }: EffectOf<'access-granted'>, person: string, group: string): boolean {
  return holder === `${personOfDirectory}${person}` && policy === `${groupOfDirectory}${group}`;
}

/** Somebody's way into a cluster, as the door of such entries tells it. */
function isEntry({ holder, policy }: EffectOf<'access-granted'>, principal: string, cluster: string): boolean {
  return holder === `${principalOfCluster}${principal}` && policy === `${entryOfCluster}${cluster}`;
}

/** Names of IAM do not tell upper from lower case. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function lowered({ kind, name }: { readonly kind: string; readonly name: string }) {
  return [kind, name.toLowerCase()];
}
