import { textAt } from '../../cloudtrail/ecs-path.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Identity } from '../../model/identity.ts';
import { placeOf } from '../case/place-of.ts';
import type { Effect, ThingKey } from '../effects/effect.ts';
import type { Place } from '../effects/meant.ts';
import { thing, unknownRegion } from '../effects/thing.ts';
import { thingsOf } from '../effects/things-of.ts';
import { instanceIdOfSession, isConsoleSession, kindOf } from '../links/identity-parts.ts';
import { trustAnchorOf } from '../links/trust-anchors.ts';
import type { FoundEvent, SeenEvent } from '../seen-event.ts';
import { isFunction } from '../ways-in/renewed-sessions.ts';

/** Where what a record tells of is. */
export function placeOfRecord({ ecs, ref }: Pick<FoundEvent, 'ecs' | 'ref'>): Place {
  return { accountId: ref.accountId, region: textAt(ecs, 'cloud.region') ?? unknownRegion };
}

/** The things that a call's effects are about; also what a denial holds by, for its end lifts it. */
export function thingsIn(effects: readonly Effect[], place: Place): readonly ThingKey[] {
  const all = effects.flatMap((effect) => {
    if (effect.kind === 'undone') return [...effect.things, ...deniesWhile(effect)];
    return [
      ...thingsOf(effect, place),
      ...sharesOf(effect, place),
      ...profileOf(effect, place),
      ...rotationOf(effect, place),
    ];
  });
  return [...new Set(all)];
}

/** The things that a call of a case is about: what it did may be undone, and what it took given back. */
export function thingsAbout(event: SeenEvent): readonly ThingKey[] {
  const { effects, lockOuts = [] } = event;
  return [...thingsIn([...effects, ...lockOuts], placeOf(event)), ...thingsBehind(event)];
}

/** What gives a caller its next credentials: the function that it is, the anchor that the call asked. */
function thingsBehind(event: SeenEvent): readonly ThingKey[] {
  const { issuedTo, callers } = event;
  const anchor = trustAnchorOf(callers[0] ?? '');
  return [
    ...(issuedTo !== undefined && isFunction(issuedTo) ? [thing.code(placeOf(event), issuedTo, 'function')] : []),
    ...(anchor === null ? [] : [thing.provider(anchor)]),
  ];
}

/** A share is withdrawn from each by itself. */
function sharesOf(effect: Effect, place: Place): readonly ThingKey[] {
  if (effect.kind !== 'shared') return [];
  return effect.with.map(({ principal }) => thing.share(place, effect, principal));
}

/** Who takes a profile off a machine names it, and has not ended what was done in the machine. */
function profileOf(effect: Effect, { accountId }: Place): readonly ThingKey[] {
  if (effect.kind !== 'instance-entered' || effect.how !== 'instance profile' || effect.detail === null) return [];
  return [thing.instanceProfile(accountId, effect.instanceId, effect.detail)];
}

/** What stops a secret's rotation, until somebody rotates it again. */
function rotationOf(effect: Effect, place: Place): readonly ThingKey[] {
  if (effect.kind !== 'code-planted' || effect.what !== 'secret rotation') return [];
  return [thing.heldClosed(place, 'rotation', effect.resource)];
}

/** The policy that a denial is in: whoever takes it off lifts the denial. */
export function deniesWhile(effect: Effect): readonly ThingKey[] {
  return effect.kind === 'undone' && effect.whileThere !== null ? [effect.whileThere] : [];
}

/** What of an identity can be taken away or denied. */
export function thingsOfMember({
  id,
  kind,
  accountId,
  name,
}: Pick<Identity, 'id' | 'kind' | 'accountId' | 'name'>): readonly ThingKey[] {
  if (kind === 'access-key') return [thing.accessKey(name)];
  if (accountId === null) return [];
  switch (kind) {
    case 'user':
      return [thing.user(accountId, name), thing.password(accountId, name), thing.deniedUser(accountId, name)];
    case 'role':
      return [thing.role(accountId, name), thing.trust(accountId, name), thing.deniedRole(accountId, name)];
    case 'session': {
      if (isConsoleSession(id)) return [];
      const [role = '', ...rest] = name.split('/');
      const sessionName = rest.join('/');
      return [
        thing.deniedRole(accountId, role),
        thing.role(accountId, role),
        thing.sessionNamed(accountId, role, sessionName),
        ...(instanceIdOfSession(id) === undefined ? [] : instanceThings(accountId, sessionName)),
      ];
    }
    default:
      return kindOf(id) === 'instance' ? instanceThings(accountId, name) : [];
  }
}

function instanceThings(accountId: AccountId, instanceId: string): readonly ThingKey[] {
  return [
    thing.instance(accountId, instanceId),
    thing.stoppedInstance(accountId, instanceId),
    thing.instanceRole(accountId, instanceId),
  ];
}
