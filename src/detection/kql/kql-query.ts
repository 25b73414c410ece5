import type { FieldTable, Predicate } from '../fields/event-fields.ts';
import { indexedPaths, type RequiredTexts } from '../index/required-texts.ts';
import { errorAtKey, inFile, type RuleFile } from '../rule-file/rule-file.ts';
import type { KqlNode } from './ast.ts';
import { compileKql } from './compile-kql.ts';
import { parseKql } from './parse-kql.ts';
import { bestWitness, type Witness } from '../witness/witness.ts';
import { kqlWitnesses } from './kql-witnesses.ts';
import { requiredTextsOf } from './required-texts.ts';

/** A rule file's KQL query, ready to be asked. */
export interface KqlQuery {
  readonly node: KqlNode;
  readonly matches: Predicate;
  readonly requires: readonly RequiredTexts[];
  readonly witness: Witness | undefined;
}

/**
 * Compiles the query of a rule file.
 *
 * @throws RuleSyntaxError with the place in the file, also where the file has no query in KQL.
 */
export function kqlQueryOf(file: RuleFile, fields: FieldTable): KqlQuery {
  const { query } = file;
  if (query === null)
    throw errorAtKey(file, ['rule', 'query'], `a ${file.rule.type} rule needs a query`, 'add rule.query');
  let node: KqlNode;
  try {
    node = parseKql(query.text);
  } catch (error) {
    throw inFile(error, file);
  }
  const requires = indexedPaths.flatMap((path) => {
    const texts = requiredTextsOf(node, path);
    return texts === undefined ? [] : [{ path, texts }];
  });
  return { node, matches: compileKql(node, fields), requires, witness: bestWitness(kqlWitnesses(node)) };
}
