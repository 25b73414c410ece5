import type { RuleCandidates, RuleSet } from '../engine.ts';
import type { DetectionEvent } from '../rule-type.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { type ExceptionStatement, holdsBack, type RuleException } from './exception.ts';

/** An event that a rule would have kept, and the exception that held it back. */
export interface HeldBack {
  readonly exceptionId: string;
  readonly ruleId: string;
  readonly ref: EventRef;
}

/** An event's candidates for one rule, and the exception that holds the event back from it. */
export interface MarkedCandidates extends RuleCandidates {
  /** An exception's ID; null where none speaks of the event. */
  readonly heldBackBy: string | null;
}

/** A rule set that says what exceptions hold back, and still gives it. */
export interface MarkedRuleSet extends Omit<RuleSet, 'candidatesOf'> {
  candidatesOf(event: DetectionEvent): readonly MarkedCandidates[];
  readonly exceptions: readonly ExceptionStatement[];
}

/**
 * The rule set with what exceptions hold back marked: for those who record what would have alerted.
 *
 * @param exceptions compiled with the rule set's own field table; of two that speak of an event, the first counts.
 */
export function markExceptions(ruleSet: RuleSet, exceptions: readonly RuleException[]): MarkedRuleSet {
  const byRule = ruleSet.rules.map(({ rule }) => exceptions.filter(({ ruleIds }) => ruleIds.includes(rule.id)));
  return {
    ...ruleSet,
    exceptions,
    candidatesOf: (event) =>
      ruleSet.candidatesOf(event).map(({ ruleIndex, candidates }) => {
        const exception = byRule[ruleIndex]?.find((one) => holdsBack(one, event.fields, event.eventTimeMs));
        return { ruleIndex, candidates, heldBackBy: exception?.id ?? null };
      }),
  };
}

/**
 * The rule set with exceptions: what an exception speaks of is no candidate of its rule. The event neither alerts nor counts
 * towards a threshold or a sequence, nor is it a sighting.
 *
 * @param exceptions compiled with the rule set's own field table.
 */
export function withExceptions(
  ruleSet: RuleSet,
  exceptions: readonly RuleException[],
  onHeldBack: (held: HeldBack) => void = () => {},
): RuleSet {
  if (exceptions.length === 0) return ruleSet;
  const marked = markExceptions(ruleSet, exceptions);
  return {
    ...ruleSet,
    candidatesOf: (event) =>
      marked.candidatesOf(event).filter(({ ruleIndex, heldBackBy }) => {
        if (heldBackBy === null) return true;
        const ruleId = ruleSet.rules[ruleIndex]?.rule.id ?? '';
        onHeldBack({ exceptionId: heldBackBy, ruleId, ref: event.ref });
        return false;
      }),
  };
}
