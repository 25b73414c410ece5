import { accessKey, role, user } from '../../cloudtrail/identities.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { AccountId } from '../../model/ids.ts';
import { dayMs } from '../../model/duration.ts';
import type { Effect } from '../effects/effect.ts';
import type { SeenEvent } from '../seen-event.ts';
import { isKeptByAws } from '../../response/guards.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import { dayOf, habitDays, firstDayOf } from '../habits/habit-days.ts';
import { roamersAmong, roamingHabits } from '../habits/roaming.ts';
import { settledPlaces } from '../habits/settled-place.ts';
import type { FindingGround } from './case-finding.ts';

/** Tools that make infrastructure from code, by the names in their user agents. */
export const automation = /terraform|pulumi|aws-cdk|cloudformation|crossplane|ansible|opentofu/i;

/** Many findings ask the same, and a case's calls do not change: what is found of one is kept with its calls. */
export function oncePerCase<G extends { readonly calls: CaseCalls }, T extends object>(find: (ground: G) => T) {
  const known = new WeakMap<CaseCalls, T>();
  return (ground: G): T => {
    const found = known.get(ground.calls) ?? find(ground);
    known.set(ground.calls, found);
    return found;
  };
}

/** Calls by the case's suspects before the case began: what is usual for them. A role's sessions have their role's habits. */
export const habitOf = oncePerCase(habitIn);

function habitIn({ calls, material }: Pick<FindingGround, 'calls' | 'material'>): readonly SeenEvent[] {
  const acting = new Set(material.identities.filter(({ role }) => role === 'suspect').map(({ id }) => id));
  const principals = new Set(
    alertedEvents({ calls, material })
      .filter(({ callers }) => callers.some((id) => acting.has(id)))
      .map(principalOf),
  );
  const firstAlert = firstAlertMs({ calls, material });
  return calls.all.filter(
    (event) =>
      Date.parse(event.at) < firstAlert &&
      (event.callers.some((id) => acting.has(id)) || principals.has(principalOf(event))),
  );
}

/** When the first call that is alerted on was made; later than any time where none is known. */
function firstAlertMs(ground: Pick<FindingGround, 'calls' | 'material'>): number {
  return Math.min(...alertedEvents(ground).map(({ at }) => Date.parse(at)));
}

/** The events that the case's alerts are about. */
export const alertedEvents = oncePerCase(alertedIn);

function alertedIn({ material, calls }: Pick<FindingGround, 'calls' | 'material'>): readonly SeenEvent[] {
  const alerted = new Set(material.alerts.flatMap(({ eventRefs }) => eventRefs.map(({ eventId }) => eventId)));
  return calls.all.filter(({ ref }) => alerted.has(ref.eventId));
}

/** The same but for calls of others that took what the case gives back: a rule may tell of the two as one. */
export function alertedOfCase(ground: HabitGround): readonly SeenEvent[] {
  const takings = new Set(ground.effects.givenBack.values());
  return alertedEvents(ground).filter((event) => !takings.has(event));
}

/** On how many days, in UTC. */
export function daysIn(events: readonly SeenEvent[]): number {
  return new Set(events.map(dayOf)).size;
}

/** Whose habit a call is: the role's, where a session of it made the call that is not a person's own. */
export function principalOf({ actor, callers }: SeenEvent): string {
  if (actor.kind === 'role-session' && !isKeptByAws(actor.roleName)) {
    return role(actor.accountId, actor.roleName).id;
  }
  return callers[0] ?? '';
}

/** The name of a client; its version may move on. */
export function clientOf({ userAgent }: SeenEvent): string {
  return (userAgent ?? '').replace(/^\[/, '').split(/[/ ]/)[0]?.toLowerCase() ?? '';
}

/**
 * Tells whether a call is what the same one did on several days before the case's first alert: the same act, with success, from the same
 * address with the same client; of a role that comes from new addresses every day, what {@link roamingHabits} says. Whoever was made or
 * changed in the case has no habits; refused calls and reads show nothing about acts.
 */
export const habits = oncePerCase(habitsIn);

function habitsIn(ground: HabitGround): (event: SeenEvent) => boolean {
  const isKnown = knownBefore(ground, actOf);
  const changed = changedOf(ground);
  const isRoaming = roamingHabits({
    all: ground.calls.all,
    links: ground.material.links,
    firstDay: firstAlertedDay(ground),
    principalOf,
  });
  return (event) => isKnown(event) || (isRoaming(event) && !changed(event));
}

/** Those whose addresses tell nothing, as they are new nearly every day. */
export function roamers(ground: FindingGround): ReadonlySet<string> {
  return roamersAmong(habitOf(ground), principalOf);
}

function firstAlertedDay(ground: Pick<FindingGround, 'calls' | 'material'>): string {
  return firstDayOf(alertedEvents(ground)) ?? '';
}

/** Tells whether a call comes from where, and with what, the same one has changed things on several days before the first alert. */
export function familiarPlaces(ground: HabitGround): (event: SeenEvent) => boolean {
  return knownBefore(ground, placeOf, ({ readOnly }) => !readOnly);
}

export type HabitGround = Pick<FindingGround, 'calls' | 'material' | 'effects'>;

function knownBefore(
  ground: HabitGround,
  keyOf: (event: SeenEvent) => string | null,
  counts: (event: SeenEvent) => boolean = () => true,
): (event: SeenEvent) => boolean {
  const from = firstAlertedDay(ground);
  const before = ground.calls.all.filter((event) => event.outcome === 'success' && dayOf(event) < from);
  const days = daysBy(before.filter(counts), keyOf);
  const changed = changedOf(ground);
  const isSettled = settledOf(ground);
  function isKnown(event: SeenEvent): boolean {
    const key = keyOf(event);
    return key !== null && (days.get(key)?.size ?? 0) >= habitDays && !changed(event) && isSettled(event);
  }
  const byService = Map.groupBy(ground.calls.all, ({ provider }) => provider);
  return (event) => {
    if (!isKnown(event)) return false;
    if (!isByService(event)) return true;
    // The service acts for whoever told it to: from there.
    const orders = (byService.get(event.sourceAddress ?? '') ?? []).filter((each) => isOrderFor(each, event));
    return orders.length > 0 && orders.every((each) => !isByService(each) && isKnown(each));
  };
}

const orderMs = dayMs;

/** Whether a call can be the one for which a service then acted. */
function isOrderFor(order: SeenEvent, event: SeenEvent): boolean {
  const sinceMs = Date.parse(event.at) - Date.parse(order.at);
  return (
    !order.readOnly &&
    order.outcome === 'success' &&
    sinceMs >= 0 &&
    sinceMs < orderMs &&
    principalOf(order) === principalOf(event)
  );
}

/** CloudTrail names the service in place of an address. */
function isByService({ sourceAddress }: SeenEvent): boolean {
  return sourceAddress === undefined || /\.amazonaws\.com$|^aws internal$/iu.test(sourceAddress);
}

const settledOf = oncePerCase((ground: HabitGround) =>
  settledPlaces(ground.calls.all, principalOf, firstAlertedDay(ground)),
);

/** {@link changedIn}, of all that the case did. */
export const changedOf = oncePerCase(changedIn);

/** Tells whether whoever made a call was made or changed in the case, or is a role or user that its suspects made in the time before. */
export function changedIn({ calls, material, effects }: HabitGround): (event: SeenEvent) => boolean {
  const changed = new Set<IdentityId>(
    material.identities.filter(({ role }) => role === 'created' || role === 'changed').map(({ id }) => id),
  );
  for (const { ref, effects: made } of calls.all) for (const each of made) addAll(changed, madeBy(each, ref.accountId));
  for (const { effect, accountId } of effects.effects) addAll(changed, changedBy(effect, accountId));
  return (event) => [principalOf(event), ...event.callers].some((id) => changed.has(id));
}

function addAll<T>(set: Set<T>, values: readonly T[]): void {
  for (const value of values) set.add(value);
}

function madeBy(effect: Effect, accountId: AccountId): readonly IdentityId[] {
  if (effect.kind === 'user-created') return [user(accountId, effect.userName).id];
  if (effect.kind === 'role-created' || effect.kind === 'trust-changed') return [role(accountId, effect.roleName).id];
  return [];
}

function changedBy(effect: Effect, accountId: AccountId): readonly IdentityId[] {
  switch (effect.kind) {
    case 'key-created':
      return [user(accountId, effect.userName).id, accessKey(effect.accessKeyId, accountId).id];
    case 'password-set':
    case 'mfa-removed':
    case 'credential-made':
      return [user(accountId, effect.userName).id];
    default:
      return [];
  }
}

function daysBy(
  events: readonly SeenEvent[],
  keyOf: (event: SeenEvent) => string | null,
): ReadonlyMap<string, ReadonlySet<string>> {
  const days = new Map<string, Set<string>>();
  for (const event of events) {
    const key = keyOf(event);
    if (key !== null) days.set(key, (days.get(key) ?? new Set<string>()).add(dayOf(event)));
  }
  return days;
}

/** Who it was, from where, with what. */
function placeOf(event: SeenEvent): string | null {
  const principal = principalOf(event);
  if (principal === '' || event.sourceAddress === undefined) return null;
  return JSON.stringify([principal, event.sourceAddress, clientOf(event)]);
}

/** And what kind of act. */
function actOf(event: SeenEvent): string | null {
  const place = placeOf(event);
  return place === null ? null : `${place} ${event.provider} ${event.action}`;
}
