import type { EcsDocument } from '../../model/trail-event.ts';
import { createFieldTable, eventFields } from '../fields/document-fields.ts';
import { detectionEventOf } from '../detection-event.ts';
import type { ExplainedClause } from './explained-clause.ts';
import { errorAtKey, inFile, type RuleFile } from '../rule-file/rule-file.ts';
import type { RuleType } from '../rule-type.ts';
import { ruleTypes } from '../rule-types.ts';

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
    const clauses = type.explain(file, file.query.text, fields, table);
    return {
      matches: candidates.length > 0,
      clauses,
      groups: candidates.map(({ group }) => group),
      notes: candidates.length > 0 ? type.notesOn(file, clauses) : notesOnNothing(type, file, clauses),
    };
  } catch (error) {
    throw inFile(error, file);
  }
}

function notesOnNothing(type: RuleType, { section }: RuleFile, clauses: readonly ExplainedClause[]): readonly string[] {
  if (!clauses.some(({ holds }) => holds)) return [];
  return [
    `the query holds, but the event lacks a value that it is grouped by: ${type.groupFields(section).join(', ')}`,
  ];
}
