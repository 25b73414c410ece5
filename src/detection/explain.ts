import type { FieldValue } from './event-fields.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { createFieldTable, eventFields } from './document-fields.ts';
import { detectionEventOf } from './detection-event.ts';
import { explainEql } from './explain-eql.ts';
import { explainKql } from './explain-kql.ts';
import { errorAtKey, inFile, type RuleFile } from './rule-file/rule-file.ts';
import { ruleTypes } from './rule-types.ts';

/** One clause of a rule and how it went for an event. */
export interface ExplainedClause {
  /** The clause as the rule has it, or what joins the clauses below it. */
  readonly text: string;
  readonly holds: boolean;
  /** What the event has in the fields that the clause asks for. */
  readonly values: readonly { readonly field: string; readonly values: readonly FieldValue[] }[];
  readonly clauses: readonly ExplainedClause[];
}

export interface RuleExplanation {
  /** The rule's own matcher keeps the event: it alerts, or counts towards an alert. */
  readonly matches: boolean;
  /** A query each; sequences have one for each step. */
  readonly clauses: readonly ExplainedClause[];
  /** The groups that the event belongs to: new terms, threshold values, join values. */
  readonly groups: readonly (readonly string[])[];
  /** Sentences on what else decides. */
  readonly notes: readonly string[];
}

/**
 * Why a rule did or did not match an event, clause by clause. Every verdict is given by the predicates that the engine
 * compiles of the same clauses, so the explanation cannot disagree with it.
 *
 * @throws RuleSyntaxError where the rule does not compile or its type is not supported.
 */
export function explainRule(file: RuleFile, document: EcsDocument): RuleExplanation {
  const type = ruleTypes.get(file.rule.type);
  if (type === undefined || file.query === null) {
    throw errorAtKey(
      file,
      ['rule', 'type'],
      `rules of type ${file.rule.type} are not supported yet`,
      'explain another rule',
    );
  }
  const table = createFieldTable();
  const matcher = type.compile(file, table);
  const fields = eventFields(document, table);
  const candidates = matcher.candidates(detectionEventOf(document, fields));
  try {
    const clauses =
      file.rule.type === 'eql'
        ? explainEql(file, file.query.text, fields, table)
        : [explainKql(file.query.text, fields, table)];
    return {
      matches: candidates.length > 0,
      clauses,
      groups: candidates.map(({ group }) => group),
      notes: notesOn(file, candidates.length > 0, clauses),
    };
  } catch (error) {
    throw inFile(error, file);
  }
}

function notesOn(file: RuleFile, kept: boolean, clauses: readonly ExplainedClause[]): readonly string[] {
  const queryHolds = clauses.some(({ holds }) => holds);
  const { newTerms, threshold } = file;
  if (queryHolds && !kept) {
    const fields = newTerms?.fields ?? threshold?.fields ?? [];
    return [`the query holds, but the event lacks a value that it is grouped by: ${fields.join(', ')}`];
  }
  if (!kept) return [];
  if (newTerms !== null && file.rule.type === 'new_terms') {
    return [
      `it alerts where this combination of ${newTerms.fields.join(', ')} was not seen in the ${Math.round(newTerms.historyWindowMs / 86_400_000)} days before`,
    ];
  }
  if (threshold !== null && file.rule.type === 'threshold') {
    return [
      `it counts towards an alert of ${threshold.value} events within ${Math.round(file.rule.lookBackMs / 60_000)} minutes`,
    ];
  }
  return clauses.length > 1 ? ['it is a step of a sequence; the alert needs the others too'] : [];
}
