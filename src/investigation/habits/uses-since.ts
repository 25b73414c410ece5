import type { Instant } from '../../model/ids.ts';
import { eventRefKey, type EventRef } from '../../model/trail-event.ts';
import { caseCalls } from '../case/case-calls.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { givenBackIn } from './given-back.ts';
import { neverDenied } from './never-denied.ts';

/** What the trail shows of a case's credentials and identities since a response. */
export interface UsesSince {
  /** Calls that were refused: somebody still tries, which is evidence. */
  readonly denied: number;
  /** Calls that went through after containment was verified. */
  readonly succeeded: readonly EventRef[];
}

/** Enough to look at; the number of the rest changes nothing. */
const shownLimit = 5;

/**
 * Tells calls of any credential and identity of the case that went through since a response from refused attempts. What a person had
 * given back may be used again.
 *
 * @param verifiedAt when AWS showed the response as done; before it, and for `graceMs` after (IAM is eventually consistent), a call
 *   that goes through says nothing about the containment.
 */
export function usesSince(
  material: CaseMaterial,
  {
    respondedFrom,
    verifiedAt,
    graceMs,
  }: { readonly respondedFrom: Instant; readonly verifiedAt: Instant; readonly graceMs: number },
): UsesSince {
  const { calls } = caseCalls(material);
  // CloudTrail's event times are whole seconds: a call half a second after an instant seems to come before it.
  const fromMs = Math.floor(Date.parse(respondedFrom) / 1000) * 1000;
  const conclusiveMs = Date.parse(verifiedAt) + graceMs;
  const isGivenBack = givenBackIn(material, graceMs);
  const since = calls.filter(
    (call) => Date.parse(call.at) >= fromMs && !neverDenied.has(call.action) && !isGivenBack(call),
  );
  const succeeded = since.filter(({ outcome, at }) => outcome === 'success' && Date.parse(at) > conclusiveMs);
  const distinct = new Map(succeeded.map(({ ref }) => [eventRefKey(ref), ref]));
  return {
    denied: since.filter(({ outcome }) => outcome === 'failure').length,
    succeeded: [...distinct.values()].slice(0, shownLimit),
  };
}
