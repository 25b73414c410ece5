import type { z } from 'zod';
import { explainEql } from '../eql/explain-eql.ts';
import { counted } from '../../model/counted.ts';
import { defaultCategoryField } from '../eql/event-filter.ts';
import { compileEventQuery } from '../eql/event-matcher.ts';
import { eqlWitnesses } from '../eql/eql-witnesses.ts';
import { parseEql } from '../eql/parser.ts';
import { eqlFindsWithout } from '../eql/possible-without.ts';
import { requiredTexts } from '../eql/required-texts.ts';
import type { SequenceDetail } from '../eql/sequence-machine.ts';
import { compileSequence } from '../eql/sequence-matcher.ts';
import type { FieldTable } from '../fields/event-fields.ts';
import { errorAtKey, inFile, type RuleFile } from '../rule-file/rule-file.ts';
import { type RuleTable, textField } from '../rule-file/rule-schema.ts';
import type { RuleMatcher, RuleType } from '../rule-type.ts';
import { bestWitness } from '../witness/witness.ts';

/** How a rule's EQL is to be read. */
export type EqlSection = {
  /** The field that holds the event category. */
  readonly categoryField: string;
  /** The field that decides between events of one instant; null where their IDs do. */
  readonly tiebreakerField: string | null;
};

const keys = {
  event_category_override: textField.optional(),
  tiebreaker_field: textField.optional(),
  timestamp_field: textField.optional(),
};

type EqlTable = RuleTable & z.infer<z.ZodObject<typeof keys>>;

/** `eql`: single events, or sequences of them. */
export const eqlRuleType: RuleType<EqlSection, { readonly kind: 'query' } | SequenceDetail> = {
  name: 'eql',
  keys,
  languages: ['eql'],
  reads: ['eql'],
  needsQuery: true,
  readSection: (rule: EqlTable) => ({
    categoryField: rule.event_category_override ?? defaultCategoryField,
    tiebreakerField: rule.tiebreaker_field ?? null,
  }),
  demands: () => [],
  compile,
  groupFields: () => [],
  countedFields: () => [],
  canFindWithout: (query, absent) => eqlFindsWithout(parseEql(query), absent),
  sectionAsJson: (eql) => ({ eql }),
  facts: () => [],
  explain: ({ section }, query, event, fields) => explainEql(query, section.categoryField, event, fields),
  notesOn: (_file, { length }) => (length > 1 ? ['it is a step of a sequence; the alert needs the others too'] : []),
  alertAsJson: (detail, eventIds) =>
    detail.kind === 'sequence' ? { sequence: { join: detail.join, event_ids: eventIds } } : {},
  alertInWords: (detail, events) =>
    detail.kind === 'sequence' ? `${detail.join.join(', ')} (${counted(events, 'event')})` : '',
};

function compile(file: RuleFile<EqlSection>, fields: FieldTable): RuleMatcher {
  if (file.query === null) throw errorAtKey(file, ['rule'], 'an eql rule needs a query', 'add `query = """..."""`');
  const { categoryField, tiebreakerField } = file.section;
  try {
    const query = parseEql(file.query.text);
    const matcher =
      query.kind === 'event'
        ? compileEventQuery(query, categoryField, fields)
        : compileSequence(query, categoryField, fields, tiebreakerField);
    return { ...matcher, requires: requiredTexts(query), witness: bestWitness(eqlWitnesses(query)) };
  } catch (error) {
    throw inFile(error, file);
  }
}
