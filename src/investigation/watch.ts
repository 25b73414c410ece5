import type { Instant } from '../model/ids.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { FoundEvent } from './seen-event.ts';
import { seenEvent } from './seen-event.ts';

/** What the trail shows of a contained key since its containment. */
export interface WatchedUse {
  /** Calls that were refused: somebody still tries, which is evidence. */
  readonly denied: number;
  /** Calls that went through after containment was verified. */
  readonly succeeded: readonly EventRef[];
}

/** Enough to look at; the number of the rest changes nothing. */
const shownLimit = 5;

/**
 * Tells successful use of a contained key from denied attempts.
 *
 * @param verifiedAt when IAM showed the key as inactive; before it, and for `graceMs` after (IAM is eventually consistent),
 *   a call that goes through says nothing about the containment.
 */
export function judgeUse(events: readonly FoundEvent[], verifiedAt: Instant, graceMs: number): WatchedUse {
  const seen = events.map(seenEvent);
  const conclusiveFrom = Date.parse(verifiedAt) + graceMs;
  const succeeded = seen.filter((event) => event.outcome === 'success' && Date.parse(event.at) > conclusiveFrom);
  return {
    denied: seen.filter((event) => event.outcome === 'failure').length,
    succeeded: succeeded.slice(0, shownLimit).map((event) => event.ref),
  };
}
