import { alertIdOf } from '../alert-id.ts';
import type { Rule } from '../../model/rule.ts';
import { type EventRef, eventRefKey } from '../../model/trail-event.ts';
import type { AlertDraft, Candidate, RuleMatcher } from '../rule-type.ts';
import type { AlertChange, StoredAlert } from './live-ports.ts';

/** What the drafts of a group mean for the alerts that are stored of it. */
export interface GroupChanges {
  readonly fresh: readonly AlertDraft[];
  readonly changed: readonly AlertChange[];
}

/**
 * Settles those stretches of a group that new events fell into, and compares the outcome with the alerts there.
 *
 * An alert's key stays what it was: where its events are others now it is amended, where its anchor makes no alert any more
 * another one supersedes it, and where that turns back it is live again. Nothing is deleted.
 *
 * @param candidates all of the group, by event time, then event ID.
 * @param isNew whether an event is judged for the first time.
 */
export function groupChanges(
  rule: Rule,
  matcher: RuleMatcher,
  candidates: readonly Candidate[],
  alerts: readonly StoredAlert[],
  isNew: (ref: EventRef) => boolean,
): GroupChanges {
  const fresh: AlertDraft[] = [];
  const changed: AlertChange[] = [];
  for (const stretch of stretchesOf(candidates, matcher.horizonMs)) {
    if (!stretch.some((candidate) => isNew(candidate.ref))) continue;
    const changes = stretchChanges(rule, stretch, matcher.settle(stretch), alerts, isNew);
    fresh.push(...changes.fresh);
    changed.push(...changes.changed);
  }
  return { fresh, changed };
}

/** Candidates further apart than the horizon cannot matter to each other: each stretch is settled by itself. */
export function stretchesOf(candidates: readonly Candidate[], horizonMs: number): readonly (readonly Candidate[])[] {
  const stretches: Candidate[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const stretch = stretches.at(-1);
    if (stretch === undefined || candidate.eventTimeMs - lastMs > horizonMs) stretches.push([candidate]);
    else stretch.push(candidate);
    lastMs = candidate.eventTimeMs;
  }
  return stretches;
}

function stretchChanges(
  rule: Rule,
  stretch: readonly Candidate[],
  drafts: readonly AlertDraft[],
  alerts: readonly StoredAlert[],
  isNew: (ref: EventRef) => boolean,
): GroupChanges {
  const firstNewMs = Math.min(
    ...stretch.filter((candidate) => isNew(candidate.ref)).map((candidate) => candidate.eventTimeMs),
  );
  const known = new Map(alerts.map((alert) => [eventRefKey(alert.anchor), alert]));
  const anchors = new Map(drafts.map((draft) => [eventRefKey(draft.anchor), draft]));
  const inStretch = new Set(stretch.map((candidate) => eventRefKey(candidate.ref)));

  // What ended before the first new event was judged before: where that gave no alert, the rule was another one then.
  const isFresh = (draft: AlertDraft) => draft.eventTimeMs >= firstNewMs || draft.eventRefs.some(isNew);
  const fresh = drafts.filter((draft) => !known.has(eventRefKey(draft.anchor)) && isFresh(draft));
  const changed = alerts
    .filter((alert) => inStretch.has(eventRefKey(alert.anchor)))
    .flatMap((alert) => changeOf(rule, alert, anchors.get(eventRefKey(alert.anchor)), drafts));
  return { fresh, changed };
}

function changeOf(
  rule: Rule,
  alert: StoredAlert,
  draft: AlertDraft | undefined,
  drafts: readonly AlertDraft[],
): readonly AlertChange[] {
  if (draft === undefined) return supersededBy(rule, alert, drafts);
  const sameEvents = refsKey(draft.eventRefs) === refsKey(alert.eventRefs);
  const revived = alert.status.kind === 'superseded';
  if (sameEvents && !revived) return [];
  const status = revived ? ({ kind: 'live' } as const) : alert.status;
  return [{ id: alert.id, eventRefs: draft.eventRefs, detail: draft.detail, status, late: true }];
}

function supersededBy(rule: Rule, alert: StoredAlert, drafts: readonly AlertDraft[]): readonly AlertChange[] {
  const successor = successorOf(alert, drafts);
  const by = successor === undefined ? null : alertIdOf({ ruleId: rule.id, ...successor });
  if (alert.status.kind === 'superseded' && alert.status.by === by) return [];
  const { id, eventRefs, detail } = alert;
  return [{ id, eventRefs, detail, status: { kind: 'superseded', by }, late: true }];
}

/** The draft that holds the alert's anchor among its events, else the last one before it, else the first after it. */
function successorOf(alert: StoredAlert, drafts: readonly AlertDraft[]): AlertDraft | undefined {
  const anchor = eventRefKey(alert.anchor);
  return (
    drafts.find((draft) => draft.eventRefs.some((ref) => eventRefKey(ref) === anchor)) ??
    drafts.findLast((draft) => draft.eventTimeMs <= alert.eventTimeMs) ??
    drafts[0]
  );
}

function refsKey(refs: readonly EventRef[]): string {
  return refs.map(eventRefKey).join('\n');
}
