import type { FieldValue } from '../fields/field-value.ts';

/** One clause of a rule and how it went for an event. */
export interface ExplainedClause {
  /** The clause as the rule has it, or what joins the clauses below it. */
  readonly text: string;
  readonly holds: boolean;
  /** What the event has in the fields that the clause asks for. */
  readonly values: readonly { readonly field: string; readonly values: readonly FieldValue[] }[];
  readonly clauses: readonly ExplainedClause[];
}
