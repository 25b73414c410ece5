import { eventKey } from '../../model/trail-event.ts';
import type { AlertDraft, RuleMatcher } from '../rule-type.ts';
import type { JudgedCandidate } from './live-ports.ts';

/** A draft of an alert, or of what would be one but for an exception. */
export interface JudgedDraft extends AlertDraft {
  /** The exception that prevents it; null where it is an alert. */
  readonly exceptedBy: string | null;
}

/**
 * Settles a group's candidates twice: without what exceptions held back, which gives its alerts, and with it, which gives
 * those that would have arisen besides: they hold an event that was held back, and none that alerts anyway.
 *
 * @param candidates of one group, by event time, then event ID.
 */
export function judgedDrafts(matcher: RuleMatcher, candidates: readonly JudgedCandidate[]): readonly JudgedDraft[] {
  const counting = candidates.filter(({ heldBackBy }) => heldBackBy === null);
  const alerts = matcher.settle(counting).map((draft) => ({ ...draft, exceptedBy: null }));
  return counting.length === candidates.length ? alerts : [...alerts, ...exceptedDrafts(matcher, candidates, alerts)];
}

function exceptedDrafts(
  matcher: RuleMatcher,
  candidates: readonly JudgedCandidate[],
  alerts: readonly AlertDraft[],
): readonly JudgedDraft[] {
  const alerting = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(eventKey)));
  const heldBack = new Map(candidates.map(({ ref, heldBackBy }) => [eventKey(ref), heldBackBy]));
  return matcher.settle(candidates).flatMap((draft) => {
    const keys = draft.eventRefs.map(eventKey);
    if (keys.some((key) => alerting.has(key))) return [];
    const exceptedBy = keys.map((key) => heldBack.get(key) ?? null).find((exceptionId) => exceptionId !== null);
    return exceptedBy === undefined ? [] : [{ ...draft, exceptedBy }];
  });
}
