import { defaultCategoryField } from '../eql/event-filter.ts';
import { compileEventQuery } from '../eql/event-matcher.ts';
import { bestWitness } from '../witness/witness.ts';
import { eqlWitnesses } from '../eql/eql-witnesses.ts';
import { parseEql } from '../eql/parser.ts';
import { requiredTexts } from '../eql/required-texts.ts';
import { compileSequence } from '../eql/sequence-matcher.ts';
import type { FieldTable } from '../event-fields.ts';
import { errorAtKey, inFile, type RuleFile } from '../rule-file/rule-file.ts';
import type { RuleMatcher, RuleType } from '../rule-type.ts';

/** Rules of type `eql`: single events, or sequences of them. */
export const eqlRuleType: RuleType = { name: 'eql', compile };

function compile(file: RuleFile, fields: FieldTable): RuleMatcher {
  if (file.query === null) throw errorAtKey(file, ['rule'], 'an eql rule needs a query', 'add `query = """..."""`');
  const categoryField = file.eventCategoryOverride ?? defaultCategoryField;
  try {
    const query = parseEql(file.query.text);
    const matcher =
      query.kind === 'event'
        ? compileEventQuery(query, categoryField, fields)
        : compileSequence(query, categoryField, fields, file.tiebreakerField);
    return { ...matcher, requires: requiredTexts(query), witness: bestWitness(eqlWitnesses(query)) };
  } catch (error) {
    throw inFile(error, file);
  }
}
