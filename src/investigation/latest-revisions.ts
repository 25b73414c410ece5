import type { FoundEvent } from './seen-event.ts';

/**
 * One copy of each event. A corrected copy replaces what it corrects: counted twice, it would be two calls. One that was only imported
 * corrects nothing that an account's own trail has shown, also where nobody watches the account any more.
 */
export function latestRevisions<E extends Pick<FoundEvent, 'ref' | 'unconfirmed'>>(events: readonly E[]): readonly E[] {
  const byEvent = new Map<string, E>();
  for (const event of events) {
    const key = `${event.ref.accountId}/${event.ref.eventId}`;
    const known = byEvent.get(key);
    if (known === undefined || supersedes(event, known)) byEvent.set(key, event);
  }
  return [...byEvent.values()];
}

function supersedes(event: Pick<FoundEvent, 'ref' | 'unconfirmed'>, known: typeof event): boolean {
  const [confirmed, before] = [event.unconfirmed === undefined, known.unconfirmed === undefined];
  return confirmed === before ? event.ref.revision > known.ref.revision : confirmed;
}
