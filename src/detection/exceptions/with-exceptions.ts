import type { RuleSet } from '../engine.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { holdsBack, type RuleException } from './exception.ts';

/** An event that a rule would have kept, and the exception that held it back. */
export interface HeldBack {
  readonly exceptionId: string;
  readonly ruleId: string;
  readonly ref: EventRef;
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
  const byRule = ruleSet.rules.map(({ rule }) => exceptions.filter(({ ruleIds }) => ruleIds.includes(rule.id)));
  return {
    ...ruleSet,
    candidatesOf: (event) =>
      ruleSet.candidatesOf(event).filter(({ ruleIndex }) => {
        const exception = byRule[ruleIndex]?.find((one) => holdsBack(one, event.fields, event.eventTimeMs));
        if (exception === undefined) return true;
        const ruleId = ruleSet.rules[ruleIndex]?.rule.id ?? '';
        onHeldBack({ exceptionId: exception.id, ruleId, ref: event.ref });
        return false;
      }),
  };
}
