import type { SeenEvent } from '../seen-event.ts';
import { isKeptByAws } from '../../response/guards.ts';
import type { CaseCalls } from '../case-calls.ts';
import type { FindingGround } from './case-finding.ts';

/** Alike on as many other days as this, something is a habit. */
export const habitDays = 3;

/** What has not been done so before its alert is a habit where it was kept up on as many days in all. */
const steadyDays = 5;

/** Tools that make infrastructure from code, by the names in their user agents. */
export const automation = /terraform|pulumi|aws-cdk|cloudformation|crossplane|ansible|opentofu/i;

/** Many findings ask what was usual, and a case's calls do not change. */
const knownHabits = new WeakMap<CaseCalls, readonly SeenEvent[]>();

/** Calls by the case's suspects before the case began: what is usual for them. A role's sessions have their role's habits. */
export function habitOf({ calls, material }: FindingGround): readonly SeenEvent[] {
  const known = knownHabits.get(calls);
  if (known !== undefined) return known;
  const habit = habitIn({ calls, material });
  knownHabits.set(calls, habit);
  return habit;
}

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
export function alertedEvents({ material, calls }: Pick<FindingGround, 'calls' | 'material'>): readonly SeenEvent[] {
  const alerted = new Set(material.alerts.flatMap(({ eventRefs }) => eventRefs.map(({ eventId }) => eventId)));
  return calls.all.filter(({ ref }) => alerted.has(ref.eventId));
}

/** On how many days, in UTC. */
export function daysIn(events: readonly SeenEvent[]): number {
  return new Set(events.map(dayOf)).size;
}

function dayOf({ at }: SeenEvent): string {
  return at.slice(0, 10);
}

/** Whose habit a call is: the role's, where a session of it made the call that is not a person's own. */
export function principalOf({ actor, callers }: SeenEvent): string {
  if (actor.kind === 'role-session' && !isKeptByAws(actor.roleName)) {
    return `role/${actor.accountId}/${actor.roleName}`;
  }
  return callers[0] ?? '';
}

/** The name of a client; its version may move on. */
function clientOf({ userAgent }: SeenEvent): string {
  return (userAgent ?? '').replace(/^\[/, '').split(/[/ ]/)[0]?.toLowerCase() ?? '';
}

/** Tells whether a call that was alerted on is what the same one did alike on several days before, from the same address with the same client. */
export function habits(ground: Pick<FindingGround, 'calls' | 'material'>): (event: SeenEvent) => boolean {
  const addresses = new Set(alertedEvents(ground).map(({ sourceAddress }) => sourceAddress));
  const fromTheirs = ground.calls.all.filter(({ sourceAddress }) => addresses.has(sourceAddress));
  const alike = daysBy(fromTheirs, actOf);
  const fromThere = daysBy(fromTheirs, placeOf);
  return (event) => {
    if (event.sourceAddress === undefined) return false;
    const days = [...(alike.get(actOf(event)) ?? [])].filter((day) => day !== dayOf(event));
    const before = (all: Iterable<string>): number => [...all].filter((day) => day < dayOf(event)).length;
    // Nobody can have done the first of them before; somebody who had long been there, and kept it up, is no newcomer.
    const isSteady = days.length >= steadyDays && before(fromThere.get(placeOf(event)) ?? []) >= habitDays;
    return before(days) >= habitDays || isSteady;
  };
}

function daysBy(
  events: readonly SeenEvent[],
  keyOf: (event: SeenEvent) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const days = new Map<string, Set<string>>();
  for (const event of events) {
    const key = keyOf(event);
    days.set(key, (days.get(key) ?? new Set<string>()).add(dayOf(event)));
  }
  return days;
}

/** Who it was, from where, with what. */
function placeOf(event: SeenEvent): string {
  return JSON.stringify([principalOf(event), event.sourceAddress ?? '', clientOf(event)]);
}

/** And what kind of act: for tools that make things from code, any act on the same service. */
function actOf(event: SeenEvent): string {
  const act = automation.test(event.userAgent ?? '') ? event.provider : `${event.provider} ${event.action}`;
  return `${placeOf(event)} ${act}`;
}
