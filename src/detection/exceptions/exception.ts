import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import { compileKql } from '../kql/compile-kql.ts';
import { parseKql } from '../kql/parse-kql.ts';

/** A reviewed reason not to alert, as its file has it. */
export interface ExceptionStatement {
  readonly id: string;
  readonly ruleIds: readonly string[];
  /** KQL. */
  readonly condition: string;
  readonly owner: string;
  readonly reason: string;
  /** From this instant of event time on it holds nothing back; `null` where it stands until it is taken out. */
  readonly expiresMs: number | null;
}

/** A statement whose condition is compiled. */
export interface RuleException extends ExceptionStatement {
  /** Whether it speaks of the event. */
  matches(event: EventFields): boolean;
}

/** @throws QuerySyntaxError where the condition is no KQL. */
export function compileException(statement: ExceptionStatement, fields: FieldTable): RuleException {
  return { ...statement, matches: compileKql(parseKql(statement.condition), fields) };
}

/**
 * Whether an exception holds an event back. It is a matter of event time: an event of before the expiry stays held back when
 * it is judged again later, so that an expired exception never raises old matches.
 */
export function holdsBack(exception: RuleException, event: EventFields, eventTimeMs: number): boolean {
  return (exception.expiresMs === null || eventTimeMs < exception.expiresMs) && exception.matches(event);
}
