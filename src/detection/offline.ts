import type { Rule } from '../model/rule.ts';
import { type EventRef, eventRefKey } from '../model/trail-event.ts';
import type { CandidateSink } from './candidate-batch.ts';
import type { CompiledRule, RuleSet } from './engine.ts';
import { HeldCandidates } from './held-candidates.ts';
import type { AlertDraft, Candidate, DetectionEvent, RuleMatcher } from './rule-type.ts';
import { createSuppression, type Suppression } from './suppression.ts';

/** An alert of an offline run. */
export interface OfflineAlert extends AlertDraft {
  readonly rule: Rule;
  /** An earlier alert stands for it, as the rule's alert_suppression says; it is shown all the same. */
  readonly suppressed: boolean;
}

/** Collects candidates of events in any order, and settles them when all have been seen. */
export interface OfflineDetection extends CandidateSink {
  /** Judges an event and keeps what is to be kept. */
  take(event: DetectionEvent): void;
  /** Judges an event by all rules, and hands on what is to be kept of it: here, or in another run of the same rule set. */
  judge(event: DetectionEvent, sink: CandidateSink): void;
  /** The alerts one by one, rule by rule and otherwise in no order; for those who have no use for all of them at once. */
  settled(): Iterable<OfflineAlert>;
  /** All alerts, in the order of rules, event time and event ID. */
  alerts(): readonly OfflineAlert[];
  /** How many candidates are held: what an offline run's memory grows with. */
  readonly held: number;
}

/** Runs a rule set over events that need not be in order; the same events give the same alerts as the live path. */
export function detectOffline(ruleSet: RuleSet): OfflineDetection {
  const rules = ruleSet.rules.map(({ rule, matcher, file: { alertSuppression } }) => ({
    rule,
    matcher,
    held: new HeldCandidates(),
    suppression: alertSuppression && createSuppression(alertSuppression, rule.lookBackMs, ruleSet.fields),
  }));
  const detection: OfflineDetection = {
    take: (event) => detection.judge(event, detection),
    judge(event, sink) {
      for (const { ruleIndex, candidates } of ruleSet.candidatesOf(event)) {
        const suppressionGroup = rules[ruleIndex]?.suppression?.groupOf(event);
        for (const candidate of candidates) sink.add(ruleIndex, candidate, suppressionGroup);
      }
    },
    add(ruleIndex, candidate, suppressionGroup) {
      const rule = rules[ruleIndex];
      if (rule === undefined) throw new RangeError(`the rule set has no rule ${ruleIndex}`);
      rule.held.add(candidate);
      if (suppressionGroup !== undefined) rule.suppression?.note(candidate.ref, suppressionGroup);
    },
    get held() {
      return rules.reduce((sum, { held }) => sum + held.size, 0);
    },
    *settled() {
      for (const judged of rules) yield* settledOf(judged);
    },
    alerts: () => rules.flatMap((judged) => [...settledOf(judged)].toSorted(byAlertTime)),
  };
  return detection;
}

interface JudgedRule extends Pick<CompiledRule, 'rule' | 'matcher'> {
  readonly held: HeldCandidates;
  readonly suppression: Suppression | null;
}

function* settledOf({ rule, matcher, held, suppression }: JudgedRule): Generator<OfflineAlert> {
  if (suppression === null) {
    for (const draft of draftsOf(matcher, held)) yield { ...draft, rule, suppressed: false };
    return;
  }
  const drafts = [...draftsOf(matcher, held)].toSorted(byAlertTime);
  const suppressed = suppression.judge(drafts);
  for (const [position, draft] of drafts.entries()) {
    yield { ...draft, rule, suppressed: suppressed[position] ?? false };
  }
}

function* draftsOf(matcher: RuleMatcher, held: HeldCandidates): Generator<AlertDraft> {
  for (const candidates of held.inGroups()) {
    yield* matcher.settle(candidates.length === 1 ? candidates : candidates.toSorted(byTimeThenId));
  }
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
