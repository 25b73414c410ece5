import type { IdentityId } from '../model/identity.ts';
import type { CaseIdentity, CaseMaterial } from './case-material.ts';
import { eventRefKey } from '../model/trail-event.ts';
import { byTime } from './evidence/alert-events.ts';
import type { SeenEvent } from './seen-event.ts';

/** The calls of a case, told apart from what others did about it. */
export interface CaseCalls {
  /** By the case's identities, oldest first: what the intruder did, or tried. */
  readonly calls: readonly SeenEvent[];
  /** By anybody, ourselves included, oldest first. */
  readonly all: readonly SeenEvent[];
  readonly identityOf: (event: SeenEvent) => IdentityId;
}

/**
 * Takes apart whose call each event is. A call counts as the intruder's from when its identity belongs to the case, unless it is what
 * that identity did alike on days before, from an address that no alert names: a stolen key's owner goes on working.
 */
export function caseCalls({
  identities,
  events,
  alerts,
}: Pick<CaseMaterial, 'identities' | 'events' | 'alerts'>): CaseCalls {
  const acting = new Map(
    identities.filter(({ whole, role }) => whole && role !== 'outside').map((each) => [each.id, each]),
  );
  const all = distinct(events).toSorted(byTime);
  const isHabit = habitsIn(all, alerts);
  return {
    all,
    calls: all.filter(
      (event) => !event.own && !isHabit(event) && event.callers.some((id) => isActing(acting.get(id), event)),
    ),
    identityOf: (event) => event.callers.find((id) => acting.has(id)) ?? event.callers[0] ?? 'unknown',
  };
}

function isActing(identity: CaseIdentity | undefined, { at }: SeenEvent): boolean {
  return identity !== undefined && Date.parse(at) >= Date.parse(identity.since);
}

/** Alike on so many days before, a call is a habit. */
const habitDays = 3;

function habitsIn(all: readonly SeenEvent[], alerts: CaseMaterial['alerts']): (event: SeenEvent) => boolean {
  const alerted = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(eventRefKey)));
  const hostile = new Set(
    all.filter(({ ref }) => alerted.has(eventRefKey(ref))).map(({ sourceAddress }) => sourceAddress),
  );
  const days = new Map<string, Set<string>>();
  for (const event of all) {
    const kind = kindOf(event);
    days.set(kind, (days.get(kind) ?? new Set<string>()).add(dayOf(event)));
  }
  return (event) => {
    if (event.sourceAddress === undefined || hostile.has(event.sourceAddress)) return false;
    const before = [...(days.get(kindOf(event)) ?? [])].filter((day) => day < dayOf(event));
    return before.length >= habitDays;
  };
}

/** By whom, from where, with what, and which call. */
function kindOf({ callers, sourceAddress, userAgent, provider, action }: SeenEvent): string {
  return JSON.stringify([callers, sourceAddress, userAgent, provider, action]);
}

function dayOf({ at }: SeenEvent): string {
  return at.slice(0, 10);
}

/** A corrected copy replaces what it corrects: counted twice, it would be two calls. */
function distinct(events: readonly SeenEvent[]): readonly SeenEvent[] {
  const byEvent = new Map<string, SeenEvent>();
  for (const event of events) {
    const key = `${event.ref.accountId}/${event.ref.eventId}`;
    const known = byEvent.get(key);
    if (known === undefined || known.ref.revision < event.ref.revision) byEvent.set(key, event);
  }
  return [...byEvent.values()];
}
