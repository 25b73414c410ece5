import type { Rule } from '../model/rule.ts';
import { type EventRef, eventRefKey } from '../model/trail-event.ts';
import { refAt, type CandidateBatch, type CandidateSink } from './candidate-batch.ts';
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

/** How many alerts each rule has. */
export type AlertCounts = ReadonlyMap<Rule, number>;

/** Collects candidates of events in any order, and settles them when all have been seen. */
export interface OfflineDetection extends CandidateSink {
  /** Judges an event and keeps what is to be kept. */
  take(event: DetectionEvent): void;
  /** Judges an event by all rules, and hands on what is to be kept of it: here, or in another run of the same rule set. */
  judge(event: DetectionEvent, sink: CandidateSink): void;
  /** Keeps what another run of the same rule set judged. */
  keep(batch: CandidateBatch): void;
  /** How many alerts each rule has, of those that have any; for those who have no use for the alerts themselves. */
  counts(): AlertCounts;
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
  const ruleAt = (index: number): JudgedRule => {
    const rule = rules[index];
    if (rule === undefined) throw new RangeError(`the rule set has no rule ${index}`);
    return rule;
  };
  const detection: OfflineDetection = {
    take: (event) => detection.judge(event, detection),
    judge(event, sink) {
      for (const { ruleIndex, candidates } of ruleSet.candidatesOf(event)) {
        const suppressionGroup = rules[ruleIndex]?.suppression?.groupOf(event);
        for (const candidate of candidates) sink.add(ruleIndex, candidate, suppressionGroup);
      }
    },
    add(ruleIndex, candidate, suppressionGroup) {
      const rule = ruleAt(ruleIndex);
      rule.held.add(candidate);
      if (suppressionGroup !== undefined) rule.suppression?.note(candidate.ref, suppressionGroup);
    },
    keep(batch) {
      for (const [place, ruleIndex] of batch.ruleIndexes.entries()) {
        const rule = ruleAt(ruleIndex);
        rule.held.addFrom(batch, place);
        const group = batch.suppressionGroups.get(place);
        if (group !== undefined) rule.suppression?.note(refAt(batch, place), group);
      }
    },
    get held() {
      return rules.reduce((sum, { held }) => sum + held.size, 0);
    },
    counts() {
      const counts = rules.map((judged) => [judged.rule, countOf(judged)] as const);
      return new Map(counts.filter(([, count]) => count > 0));
    },
    alerts: () => rules.flatMap(alertsOf),
  };
  return detection;
}

interface JudgedRule extends Pick<CompiledRule, 'rule' | 'matcher'> {
  readonly held: HeldCandidates;
  readonly suppression: Suppression | null;
}

function alertsOf({ rule, matcher, held, suppression }: JudgedRule): readonly OfflineAlert[] {
  const drafts = [...draftsOf(matcher, held)].flat().toSorted(byAlertTime);
  const suppressed = suppression?.judge(drafts);
  return drafts.map((draft, position) => ({ ...draft, rule, suppressed: suppressed?.[position] ?? false }));
}

function countOf({ matcher, held }: JudgedRule): number {
  let count = 0;
  for (const drafts of draftsOf(matcher, held)) count += drafts.length;
  return count;
}

/** A rule's alerts, group by group. */
export function* draftsOf(matcher: RuleMatcher, held: HeldCandidates): Generator<readonly AlertDraft[]> {
  for (const candidates of held.inGroups()) {
    yield matcher.settle(candidates.length === 1 ? candidates : candidates.toSorted(byTimeThenId));
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
