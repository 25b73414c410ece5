import { role, user } from '../../cloudtrail/identities.ts';
import { dayMs } from '../../model/duration.ts';
import type { IdentityId } from '../../model/identity.ts';
import { CallsByThing } from '../case/calls-by-thing.ts';
import type { CaseEffect, CaseEffects } from '../case/case-effects.ts';
import { placeOf } from '../case/place-of.ts';
import type { Effect, EffectOf, Holder, ThingKey } from '../effects/effect.ts';
import type { Place } from '../effects/meant.ts';
import { thing } from '../effects/thing.ts';
import { changedIn, principalOf, type HabitGround } from '../findings/habit.ts';
import { thingsIn } from '../plan/things-at-stake.ts';
import type { SeenEvent } from '../seen-event.ts';
import { noticedWithinMs } from '../ways-in/put-back.ts';
import { ownPlaces } from './own-places.ts';

/**
 * Takes out of a case's effects what gives back what somebody else than the case had taken within the week, to the one from whom it was
 * taken, and nothing more: from a place of the caller's own, and to somebody else than the caller. Neither of the two was made or armed by
 * whoever took it, nor had they given it themselves. From anywhere else an intruder gives an accomplice what an owner had taken from them.
 */
export function withoutGivenBack(ground: HabitGround): CaseEffects {
  const { calls, effects } = ground;
  const isOwnPlace = ownPlaces(calls.all, principalOf);
  const before = doneBefore(calls);
  /** Of most cases nobody asks. */
  let isChanged: ((event: SeenEvent) => boolean) | undefined;
  const givenBack = new Map<SeenEvent, SeenEvent>();
  const left = effects.effects.filter((each) => {
    const taking = takingOf(each, before);
    if (taking === null || !isOwnPlace(each.event) || (isChanged ??= changedIn(ground))(each.event)) return true;
    givenBack.set(each.event, taking);
    return false;
  });
  return { ...effects, effects: left, givenBack };
}

/** What anybody did about a thing before a call, oldest first. */
type DoneBefore = (key: ThingKey, event: SeenEvent) => readonly SeenEvent[];

function doneBefore({ all }: Pick<HabitGround['calls'], 'all'>): DoneBefore {
  let byThing: CallsByThing | undefined;
  return (key, event) => (byThing ??= new CallsByThing(all)).before(key, event);
}

/** The call that had taken what an effect gives back; null for one that gives something else, or more. */
function takingOf(each: CaseEffect, before: DoneBefore): SeenEvent | null {
  const { effect, event } = each;
  const key = givenThing(each);
  if (key === null) return null;
  const done = before(key, event);
  const taking = done.at(-1);
  if (taking === undefined || !isTaking(taking, effect, key)) return null;
  if (taking.own || isOneOf(taking, event) || !isLately(taking, each)) return null;
  const stood = done.slice(0, -1).findLast((earlier) => !takes(earlier, key));
  if (stood !== undefined && isOneOf(stood, taking)) return null;
  const [receiver] = receiversOf(effect, placeOf(event));
  const isSelf = receiver !== undefined && [principalOf(event), ...event.callers].includes(receiver.id);
  const armed = [
    ...(receiver === undefined ? [] : before(receiver.key, event).filter((made) => arms(made, receiver.key, false))),
    ...callersOf(event).flatMap((caller) => before(caller, event).filter((made) => arms(made, caller, true))),
  ];
  if (isSelf || armed.some((made) => isOneOf(made, taking))) return null;
  return isSameAsBefore(effect, { done, stood, taking, event }, before) ? taking : null;
}

/** What an effect gives, by what its taking undoes; null for what is made anew, which is never what was there before. */
function givenThing({ effect, event, ...place }: CaseEffect): ThingKey | null {
  const { accountId: account } = place;
  switch (effect.kind) {
    case 'group-joined':
      return thing.membership(account, effect.userName, effect.groupName);
    case 'policy-granted':
      return thing.policy(account, effect.holder, effect.policy);
    case 'policy-version-set':
      return event.action === 'SetDefaultPolicyVersion' ? thing.policyDocument(effect.policyArn) : null;
    case 'key-created':
      return effect.reactivated ? thing.accessKey(effect.accessKeyId) : null;
    case 'credential-made':
      return effect.what === 'MFA device' || event.action.startsWith('Update')
        ? thing.credential(account, effect.credentialId)
        : null;
    case 'password-set':
      return effect.isNew ? thing.password(account, effect.userName) : null;
    case 'permission-set-granted':
      return thing.assignment(effect.to, effect.permissionSetArn, effect.accountId ?? account);
    case 'person-created':
      return event.action === 'EnableUser' ? thing.person(effect.userId) : null;
    case 'role-passed':
      return effect.to === 'instance profile' ? thing.profileRole(account, effect.resource, effect.roleArn) : null;
    case 'instance-entered':
      return effect.how === 'instance profile' && effect.detail !== null
        ? thing.instanceProfile(account, effect.instanceId, effect.detail)
        : null;
    default:
      return null;
  }
}

function takes({ effects }: SeenEvent, key: ThingKey): boolean {
  return effects.some(
    (effect) =>
      effect.kind === 'undone' && effect.how !== 'denied' && effect.begun !== true && effect.things.includes(key),
  );
}

/** Another version takes what the one before it gave. */
function isTaking(event: SeenEvent, effect: Effect, key: ThingKey): boolean {
  if (effect.kind !== 'policy-version-set') return takes(event, key);
  return event.effects.some(({ kind }) => kind === 'policy-version-set');
}

function isOneOf(one: SeenEvent, other: SeenEvent): boolean {
  return principalOf(one) === principalOf(other) || one.callers.some((id) => other.callers.includes(id));
}

/** Whoever sets a password has it: they do so as soon as it is missed. */
function isLately(taking: SeenEvent, { effect, at }: CaseEffect): boolean {
  return Date.parse(at) - Date.parse(taking.at) <= (effect.kind === 'password-set' ? dayMs : noticedWithinMs);
}

/** Somebody who has something, by what is known of them. */
interface Receiver {
  readonly id: IdentityId;
  readonly key: ThingKey;
}

function receiversOf(effect: Effect, { accountId }: Place): readonly Receiver[] {
  function ofUser(name: string): readonly Receiver[] {
    return [{ id: user(accountId, name).id, key: thing.user(accountId, name) }];
  }
  function ofHolder({ kind, name }: Holder): readonly Receiver[] {
    if (kind === 'user') return ofUser(name);
    return kind === 'role' ? [{ id: role(accountId, name).id, key: thing.role(accountId, name) }] : [];
  }
  switch (effect.kind) {
    case 'group-joined':
    case 'key-created':
    case 'credential-made':
    case 'password-set':
      return ofUser(effect.userName);
    case 'policy-granted':
      return ofHolder(effect.holder);
    default:
      return [];
  }
}

/** Whoever made a call, as the effects of others' calls name them. */
function callersOf({ actor, ref }: SeenEvent): readonly ThingKey[] {
  if (actor.kind === 'user') return [thing.user(ref.accountId, actor.name)];
  return actor.kind === 'role-session' ? [thing.role(actor.accountId, actor.roleName)] : [];
}

/** Whether a call made somebody, or gave them what they prove with who they are: rights, too, where it is asked for. */
function arms(event: SeenEvent, who: ThingKey, byRights: boolean): boolean {
  return event.effects.some((effect) => {
    if (!thingsIn([effect], placeOf(event)).includes(who)) return false;
    switch (effect.kind) {
      case 'user-created':
      case 'role-created':
      case 'trust-changed':
      case 'password-set':
      case 'credential-made':
        return true;
      case 'key-created':
        return !effect.reactivated;
      case 'policy-granted':
      case 'group-joined':
        return byRights;
      default:
        return false;
    }
  });
}

interface Course {
  /** All that was done about the thing. */
  readonly done: readonly SeenEvent[];
  /** What was there when it was taken, where a record tells. */
  readonly stood: SeenEvent | undefined;
  readonly taking: SeenEvent;
  readonly event: SeenEvent;
}

/** Whether what is given says what the one did that was taken: policies do not stay what they were. */
function isSameAsBefore(effect: Effect, { done, stood, taking, event }: Course, before: DoneBefore): boolean {
  switch (effect.kind) {
    case 'policy-granted':
      if (effect.inline) return stood !== undefined && isSameDocument(effect, stood);
      return !before(thing.policyDocument(effect.policy), event).some(
        (change) => setsVersion(change) && (isOneOf(change, taking) || Date.parse(change.at) >= Date.parse(taking.at)),
      );
    case 'policy-version-set': {
      const last = done.slice(0, -1).findLast((each) => setsVersion(each) && !isOneOf(each, taking));
      return last !== undefined && effect.version !== null && versionsOf(last).includes(effect.version);
    }
    default:
      return true;
  }
}

function isSameDocument({ document, holder, policy }: EffectOf<'policy-granted'>, { effects }: SeenEvent): boolean {
  return effects.some(
    (each) =>
      each.kind === 'policy-granted' &&
      each.policy === policy &&
      each.holder.kind === holder.kind &&
      document !== undefined &&
      each.document === document,
  );
}

function setsVersion({ effects }: SeenEvent): boolean {
  return effects.some(({ kind }) => kind === 'policy-version-set');
}

function versionsOf({ effects }: SeenEvent): readonly (string | null)[] {
  return effects.flatMap((effect) => (effect.kind === 'policy-version-set' ? [effect.version] : []));
}
