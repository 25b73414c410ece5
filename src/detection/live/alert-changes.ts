import { alertIdOf } from '../alerts/alert-id.ts';
import type { Rule } from '../../model/rule.ts';
import { eventKey, type EventRef, eventRefKey } from '../../model/trail-event.ts';
import type { AlertStatus } from '../../model/alert.ts';
import type { Candidate, RuleMatcher } from '../rule-type.ts';
import { judgedDrafts, type JudgedDraft } from './excepted-drafts.ts';
import type { AlertChange, JudgedCandidate, StoredAlert } from './live-ports.ts';

/** What the drafts of a group mean for the alerts that are stored of it. */
export interface GroupChanges {
  readonly fresh: readonly JudgedDraft[];
  readonly changed: readonly AlertChange[];
}

/**
 * Settles those stretches of a group that new events fell into, and compares the outcome with the alerts there.
 *
 * An alert's key stays what it was: where its events are others now it is amended, where its anchor makes no alert any more
 * another one supersedes it, and where that turns back it is live again. Nothing is deleted. What only an exception prevents
 * is recorded as excepted, and becomes an alert only where events that no exception held back make one in its place.
 *
 * @param candidates of the group, by event time, then event ID, from one horizon before `judgedFromMs` on.
 * @param isNew whether an event is judged for the first time.
 * @param judgedFromMs alerts that begin before this stay as they are: nothing new can matter to them.
 */
export function groupChanges(
  rule: Rule,
  matcher: RuleMatcher,
  candidates: readonly JudgedCandidate[],
  alerts: readonly StoredAlert[],
  isNew: (ref: EventRef) => boolean,
  judgedFromMs: number = Number.NEGATIVE_INFINITY,
): GroupChanges {
  const fresh: JudgedDraft[] = [];
  const changed: AlertChange[] = [];
  const begins = new Map(candidates.map(({ ref, eventTimeMs }) => [eventRefKey(ref), eventTimeMs]));
  /** What begins before all that was read begins before what is judged. */
  function isJudged({ eventRefs: [first] }: { readonly eventRefs: readonly EventRef[] }) {
    return first !== undefined && (begins.get(eventRefKey(first)) ?? Number.NEGATIVE_INFINITY) >= judgedFromMs;
  }
  const [judged, settled] = [alerts.filter(isJudged), alerts.filter((alert) => !isJudged(alert))];
  const counting = matcher.usesUp === true ? withoutUsed(candidates, settled) : candidates;
  for (const stretch of stretchesOf(counting, matcher.horizonMs)) {
    if (!stretch.some((candidate) => isNew(candidate.ref))) continue;
    const drafts = judgedDrafts(matcher, stretch).filter(isJudged);
    const changes = stretchChanges(rule, stretch, drafts, judged, isNew);
    fresh.push(...changes.fresh);
    changed.push(...changes.changed);
  }
  return { fresh, changed };
}

/** What alerts that stay as they are have used up counts no more. */
function withoutUsed(
  candidates: readonly JudgedCandidate[],
  settled: readonly StoredAlert[],
): readonly JudgedCandidate[] {
  const current = settled.filter(({ status }) => status.kind === 'live' || status.kind === 'learning');
  const used = new Set(current.flatMap(({ eventRefs }) => eventRefs.map(eventKey)));
  return used.size === 0 ? candidates : candidates.filter(({ ref }) => !used.has(eventKey(ref)));
}

/** Candidates further apart than the horizon cannot matter to each other: each stretch is settled by itself. */
function stretchesOf<C extends Candidate>(candidates: readonly C[], horizonMs: number): readonly (readonly C[])[] {
  const stretches: C[][] = [];
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
  stretch: readonly JudgedCandidate[],
  drafts: readonly JudgedDraft[],
  alerts: readonly StoredAlert[],
  isNew: (ref: EventRef) => boolean,
): GroupChanges {
  const arrived = stretch.filter((candidate) => isNew(candidate.ref));
  const firstNewMs = firstTimeMs(arrived);
  const firstCountingMs = firstTimeMs(arrived.filter(({ heldBackBy }) => heldBackBy === null));
  const known = new Map(alerts.map((alert) => [eventRefKey(alert.anchor), alert]));
  const inStretch = new Set(stretch.map((candidate) => eventRefKey(candidate.ref)));

  // What ended before the first new event was judged before: where that gave no alert, the rule was another one then.
  function isFresh(draft: JudgedDraft) {
    return (
      draft.eventTimeMs >= (draft.exceptedBy === null ? firstCountingMs : firstNewMs) || draft.eventRefs.some(isNew)
    );
  }
  const fresh = drafts.filter((draft) => !known.has(eventRefKey(draft.anchor)) && isFresh(draft));
  const changed = alerts
    .filter((alert) => inStretch.has(eventRefKey(alert.anchor)))
    .flatMap((alert) => changeOf(rule, alert, drafts));
  return { fresh, changed };
}

function firstTimeMs(candidates: readonly Candidate[]): number {
  return candidates.reduce((first, { eventTimeMs }) => Math.min(first, eventTimeMs), Number.POSITIVE_INFINITY);
}

function changeOf(rule: Rule, alert: StoredAlert, drafts: readonly JudgedDraft[]): readonly AlertChange[] {
  const anchor = eventRefKey(alert.anchor);
  const draft = drafts.find((one) => eventRefKey(one.anchor) === anchor && canStandFor(one, alert));
  if (draft === undefined) return supersededBy(rule, alert, drafts);
  const status = statusBy(draft, alert.status);
  const sameEvents = refsKey(draft.eventRefs) === refsKey(alert.eventRefs);
  if (sameEvents && sameStatus(status, alert.status)) return [];
  return [{ id: alert.id, eventRefs: draft.eventRefs, detail: draft.detail, status, late: true }];
}

/** What was an alert of its own never turns into an excepted one: a case may know it. */
function canStandFor(draft: JudgedDraft, { status, caseId }: StoredAlert): boolean {
  return draft.exceptedBy === null || status.kind === 'excepted' || (status.kind === 'superseded' && caseId === null);
}

function statusBy({ exceptedBy }: JudgedDraft, before: AlertStatus): AlertStatus {
  if (exceptedBy !== null) return { kind: 'excepted', exceptionId: exceptedBy };
  return before.kind === 'superseded' || before.kind === 'excepted' ? { kind: 'live' } : before;
}

function sameStatus(a: AlertStatus, b: AlertStatus): boolean {
  return a.kind === b.kind && (a.kind !== 'excepted' || (b.kind === 'excepted' && a.exceptionId === b.exceptionId));
}

function supersededBy(rule: Rule, alert: StoredAlert, drafts: readonly JudgedDraft[]): readonly AlertChange[] {
  const counting = drafts.filter(({ exceptedBy }) => exceptedBy === null);
  const successor = successorOf(alert, counting) ?? successorOf(alert, drafts);
  const by = successor === undefined ? null : alertIdOf({ ruleId: rule.id, ...successor });
  if (alert.status.kind === 'superseded' && alert.status.by === by) return [];
  const { id, eventRefs, detail } = alert;
  return [{ id, eventRefs, detail, status: { kind: 'superseded', by }, late: true }];
}

/** The draft that holds the alert's anchor among its events, else the last one before it, else the first after it. */
function successorOf(alert: StoredAlert, drafts: readonly JudgedDraft[]): JudgedDraft | undefined {
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
