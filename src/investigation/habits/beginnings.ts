import type { AlertSight, CaseIdentity, CaseMaterial } from '../case/case-material.ts';
import { oldEnoughMs } from '../case/first-alert.ts';
import { principalOf } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayMs } from '../../model/duration.ts';
import type { Instant } from '../../model/ids.ts';
import { earliestFirst, instantOfMs } from '../../model/instant.ts';
import type { Link } from '../../model/link.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { placeOfCaller } from './settled-place.ts';

type CallsOf = (alert: AlertSight) => readonly SeenEvent[];

/**
 * The material of a case without the alerts on what was new only because the records begin there, and from when on the others have it.
 *
 * A rule that looks for what is new alerts on the first day of any records: on a call that changed nothing, by somebody who is known for a
 * day at most, from an address where the same one then is on several days before anything else is alerted on. By such an alert all that
 * its owner did since would be the intruder's. Nothing is left out where no other alert is, or where somebody was made or changed in that
 * time.
 */
export function withoutBeginnings(material: CaseMaterial): CaseMaterial {
  const { events, identities } = material;
  const callsOf = callsIn(events);
  const beginnings = beginningsAmong(material, callsOf);
  if (beginnings.size === 0) return material;
  const alerts = material.alerts.filter((alert) => !beginnings.has(alert));
  const floorMs = firstOf(alerts.flatMap(callsOf)) - oldEnoughMs;
  if (identities.filter(isMadeOrChanged).some((each) => isBefore(comeToAt(each, material.links), floorMs)))
    return material;
  const later = new Set(events.filter(({ at }) => !isBefore(at, floorMs)).flatMap(({ callers }) => callers));
  return {
    ...material,
    alerts,
    identities: identities
      .filter(({ id, role, since }) => role === 'suspect' || !isBefore(since, floorMs) || later.has(id))
      .map((identity) => notBefore(identity, floorMs)),
    links: material.links.filter(({ at }) => !isBefore(at, floorMs)),
  };
}

function isMadeOrChanged({ role }: CaseIdentity): boolean {
  return role === 'created' || role === 'changed';
}

/** When the case came to somebody: whom alerts are about as well, counts as there from before the first of all. */
function comeToAt({ id, since }: CaseIdentity, links: readonly Link[]): Instant {
  const leading = links.filter(({ to, gave, via = [] }) => to === id || gave === id || via.includes(id));
  return leading.toSorted(earliestFirst)[0]?.at ?? since;
}

function beginningsAmong({ alerts, events }: CaseMaterial, callsOf: CallsOf): ReadonlySet<AlertSight> {
  const since = earliestBy(events);
  const maybe = new Set(alerts.filter((alert) => isOfFirstDay(callsOf(alert), since)));
  const hostile = alerts.filter((alert) => !maybe.has(alert)).flatMap(callsOf);
  if (maybe.size === 0 || hostile.length === 0) return new Set();
  const addresses = new Set(hostile.map(({ sourceAddress }) => sourceAddress));
  const days = daysAt(events, firstOf(hostile));
  function goesOn(call: SeenEvent): boolean {
    const after = [...(days.get(placeOfCaller(call, principalOf)) ?? [])].filter((day) => day > dayOf(call));
    return !addresses.has(call.sourceAddress) && after.length >= habitDays;
  }
  return new Set([...maybe].filter((alert) => callsOf(alert).every(goesOn)));
}

function callsIn(events: readonly SeenEvent[]): CallsOf {
  const byId = Map.groupBy(events, ({ ref }) => ref.eventId);
  return ({ eventRefs }) => eventRefs.flatMap(({ eventId }) => byId.get(eventId) ?? []);
}

/** All changed nothing, and were made within a day of whoever made them being known. */
function isOfFirstDay(calls: readonly SeenEvent[], since: ReadonlyMap<string, number>): boolean {
  return (
    calls.length > 0 &&
    calls.every(
      (call) =>
        call.readOnly &&
        call.effects.length === 0 &&
        call.sourceAddress !== undefined &&
        Date.parse(call.at) - (since.get(principalOf(call)) ?? 0) <= dayMs,
    )
  );
}

function earliestBy(events: readonly SeenEvent[]): ReadonlyMap<string, number> {
  const since = new Map<string, number>();
  for (const event of events) {
    const who = principalOf(event);
    since.set(who, Math.min(since.get(who) ?? Infinity, Date.parse(event.at)));
  }
  return since;
}

/** On which days who was where, before an instant. */
function daysAt(events: readonly SeenEvent[], beforeMs: number): ReadonlyMap<string, ReadonlySet<string>> {
  const days = new Map<string, Set<string>>();
  for (const event of events) {
    if (!isBefore(event.at, beforeMs)) continue;
    const place = placeOfCaller(event, principalOf);
    days.set(place, (days.get(place) ?? new Set<string>()).add(dayOf(event)));
  }
  return days;
}

function notBefore(identity: CaseIdentity, floorMs: number): CaseIdentity {
  return isBefore(identity.since, floorMs) ? { ...identity, since: instantOfMs(floorMs) } : identity;
}

function firstOf(calls: readonly SeenEvent[]): number {
  return calls.reduce((first, { at }) => Math.min(first, Date.parse(at)), Infinity);
}

function isBefore(at: string, ms: number): boolean {
  return Date.parse(at) < ms;
}
