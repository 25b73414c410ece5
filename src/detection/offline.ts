import type { Rule } from '../model/rule.ts';
import { type EventRef, eventRefKey } from '../model/trail-event.ts';
import type { RuleSet } from './engine.ts';
import type { AlertDraft, Candidate, DetectionEvent } from './rule-type.ts';
import { createSuppression } from './suppression.ts';

/** An alert of an offline run. */
export interface OfflineAlert extends AlertDraft {
  readonly rule: Rule;
  /** An earlier alert stands for it, as the rule's alert_suppression says; it is shown all the same. */
  readonly suppressed: boolean;
}

/** What a run keeps of one event for one rule: plain data, so that it may come from another thread. */
export interface KeptCandidates {
  /** The rule's position in the rule set. */
  readonly ruleIndex: number;
  readonly candidates: readonly Candidate[];
  /** By what the rule's suppression groups the event; absent where the rule has none. */
  readonly suppressionGroup?: string | null;
}

/** Collects candidates of events in any order, and settles them when all have been seen. */
export interface OfflineDetection {
  /** Judges an event and keeps what is to be kept. */
  take(event: DetectionEvent): void;
  /** What is to be kept of an event, judged by all rules. */
  judge(event: DetectionEvent): readonly KeptCandidates[];
  /** Keeps what was judged, here or by another run of the same rule set. */
  keep(kept: readonly KeptCandidates[]): void;
  /** All alerts, in the order of rules, event time and event ID. */
  alerts(): readonly OfflineAlert[];
  /** How many candidates are held: what an offline run's memory grows with. */
  readonly held: number;
}

/** Runs a rule set over events that need not be in order; the same events give the same alerts as the live path. */
export function detectOffline(ruleSet: RuleSet): OfflineDetection {
  const groups = ruleSet.rules.map(() => new Map<string, Candidate[]>());
  const suppressions = ruleSet.rules.map(({ rule, file }) =>
    file.alertSuppression === null ? null : createSuppression(file.alertSuppression, rule.lookBackMs, ruleSet.fields),
  );
  let held = 0;
  const detection: OfflineDetection = {
    take: (event) => detection.keep(detection.judge(event)),
    get held() {
      return held;
    },
    judge(event) {
      const found = ruleSet.candidatesOf(event);
      if (found.length === 0) return found;
      return found.map((one) => {
        const suppression = suppressions[one.ruleIndex];
        return suppression ? { ...one, suppressionGroup: suppression.groupOf(event) } : one;
      });
    },
    keep(kept) {
      for (const { ruleIndex, candidates, suppressionGroup } of kept) {
        held += candidates.length;
        for (const candidate of candidates) {
          if (suppressionGroup !== undefined) suppressions[ruleIndex]?.note(candidate.ref, suppressionGroup);
          keep(groups[ruleIndex] ?? new Map(), candidate);
        }
      }
    },
    alerts() {
      return ruleSet.rules.flatMap(({ rule, matcher }, index) => {
        const drafts = [...(groups[index] ?? new Map<string, Candidate[]>()).values()]
          .flatMap((candidates) => matcher.settle(candidates.toSorted(byTimeThenId)))
          .toSorted(byAlertTime);
        const suppressed = suppressions[index]?.judge(drafts);
        return drafts.map((draft, position) => ({ ...draft, rule, suppressed: suppressed?.[position] ?? false }));
      });
    },
  };
  return detection;
}

function keep(groups: Map<string, Candidate[]>, candidate: Candidate): void {
  const key = groupKey(candidate.group);
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [candidate]);
  else group.push(candidate);
}

function groupKey(group: readonly string[]): string {
  return group.length < 2 ? (group[0] ?? '') : JSON.stringify(group);
}

/** The order in which candidates are settled: event time, then event ID, account and revision. */
export function byTimeThenId(a: Candidate, b: Candidate): number {
  return a.eventTimeMs - b.eventTimeMs || compareRefs(a.ref, b.ref);
}

function byAlertTime(a: AlertDraft, b: AlertDraft): number {
  return a.eventTimeMs - b.eventTimeMs || compareRefs(a.anchor, b.anchor);
}

function compareRefs(a: EventRef, b: EventRef): number {
  return compareTexts(a.eventId, b.eventId) || compareTexts(eventRefKey(a), eventRefKey(b));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
