import type { IdentityId } from '../model/identity.ts';
import type { CaseIdentity, CaseMaterial } from './case-material.ts';
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

/** Takes apart whose call each event is. A call counts as the intruder's from when its identity belongs to the case. */
export function caseCalls({ identities, events }: Pick<CaseMaterial, 'identities' | 'events'>): CaseCalls {
  const acting = new Map(
    identities.filter(({ whole, role }) => whole && role !== 'outside').map((each) => [each.id, each]),
  );
  const all = distinct(events).toSorted(byTime);
  return {
    all,
    calls: all.filter((event) => !event.own && event.callers.some((id) => isActing(acting.get(id), event))),
    identityOf: (event) => event.callers.find((id) => acting.has(id)) ?? event.callers[0] ?? 'unknown',
  };
}

function isActing(identity: CaseIdentity | undefined, { at }: SeenEvent): boolean {
  return identity !== undefined && Date.parse(at) >= Date.parse(identity.since);
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
