import { eventKey, type EventRef } from './trail-event.ts';

type EventName = Pick<EventRef, 'accountId' | 'eventId'>;

/** An event, and the ID of the one, of the same account, that it says it corrects. */
export interface Correcting {
  readonly ref: EventName;
  readonly corrects?: string | undefined;
}

/** What an event is a copy of in the end, and so many corrections later than that it is. */
export interface Origin {
  readonly eventId: string;
  readonly steps: number;
}

/**
 * Tells which event each one is a copy of: CloudTrail delivers a correction with an ID of its own, and may correct that one again.
 * Corrections that go round in circles are copies of the one among them whose ID comes first.
 */
export function originsOf(events: readonly Correcting[]): (event: EventName) => Origin {
  const corrected = new Map<string, string>();
  for (const { ref, corrects } of events) if (corrects !== undefined) corrected.set(eventKey(ref), corrects);
  return ({ accountId, eventId }) => {
    const passed = new Set([eventId]);
    let origin = eventId;
    for (;;) {
      const next = corrected.get(eventKey({ accountId, eventId: origin }));
      if (next === undefined) return { eventId: origin, steps: passed.size - 1 };
      if (passed.has(next)) return { eventId: firstOfCircle([...passed], next), steps: passed.size };
      passed.add(next);
      origin = next;
    }
  };
}

/** What leads into a circle is none of it: whoever follows it from elsewhere has not passed there. */
function firstOfCircle(passed: readonly string[], from: string): string {
  return passed.slice(passed.indexOf(from)).toSorted()[0] ?? from;
}
