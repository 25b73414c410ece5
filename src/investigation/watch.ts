import type { Instant } from '../model/ids.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { FoundEvent } from './seen-event.ts';
import { seenEvent } from './seen-event.ts';

/** What the trail shows of a contained credential or identity since its containment. */
export interface WatchedUse {
  /** Calls that were refused: somebody still tries, which is evidence. */
  readonly denied: number;
  /** Calls that went through after containment was verified. */
  readonly succeeded: readonly EventRef[];
}

/**
 * Calls that AWS answers whatever policies say (STS API reference: GetCallerIdentity and GetSessionToken need no permission; a sign-in
 * is authentication): they give no access to anything.
 */
const neverDenied: ReadonlySet<string> = new Set(['GetCallerIdentity', 'GetSessionToken', 'ConsoleLogin', 'CheckMfa']);

/** Enough to look at; the number of the rest changes nothing. */
const shownLimit = 5;

/**
 * Tells successful use of a contained credential or identity from denied attempts.
 *
 * @param verifiedAt when IAM showed the key as inactive; before it, and for `graceMs` after (IAM is eventually consistent),
 *   a call that goes through says nothing about the containment.
 */
export function judgeUse(
  events: readonly FoundEvent[],
  verifiedAt: Instant,
  graceMs: number,
  closedBy: 'status' | 'policy',
): WatchedUse {
  const seen = events.map(seenEvent).filter(({ action }) => closedBy === 'status' || !neverDenied.has(action));
  const conclusiveFrom = Date.parse(verifiedAt) + graceMs;
  const succeeded = seen.filter((event) => event.outcome === 'success' && Date.parse(event.at) > conclusiveFrom);
  return {
    denied: seen.filter((event) => event.outcome === 'failure').length,
    succeeded: succeeded.slice(0, shownLimit).map((event) => event.ref),
  };
}
