import { durationInWords } from '../../../model/duration.ts';
import { z } from 'zod';
import type { FieldTable } from '../../fields/event-fields.ts';
import { counted } from '../../../model/counted.ts';
import { kqlQueryOf } from '../../kql/kql-query.ts';
import { kqlRules } from '../../kql/kql-rules.ts';
import { errorAtKey, type RuleFile } from '../../rule-file/rule-file.ts';
import { type RuleTable, textField, wholeNumberField } from '../../rule-file/rule-schema.ts';
import type { Demand, RuleMatcher, RuleType } from '../../rule-type.ts';
import { compileThreshold, type ThresholdDetail, type ThresholdSection } from './threshold-matcher.ts';

const countedField = z.strictObject({ field: textField, value: wholeNumberField.min(0, 'write 0 or more') });

/** Kibana takes no more. */
const maxFields = 5;

const keys = {
  threshold: z
    .strictObject({
      // Rules of Kibana before 8 write an empty name for "no field".
      field: z
        .union([z.string(), z.tuple([z.literal('')]), z.array(textField)], 'write a field or a list of fields')
        .refine((field) => typeof field === 'string' || field.length <= maxFields, 'name five fields at most'),
      value: wholeNumberField.min(1, 'write 1 or more'),
      cardinality: z
        .union(
          [countedField, z.array(countedField).max(1)],
          'write one table with a field and a value: no more than one is counted',
        )
        .optional(),
    })
    .optional(),
};

type ThresholdTable = RuleTable & z.infer<z.ZodObject<typeof keys>>;

/** `threshold`: an alert where a group has enough matching events within the rule's look-back. */
export const thresholdRuleType: RuleType<ThresholdSection | null, ThresholdDetail> = {
  ...kqlRules,
  name: 'threshold',
  keys,
  needsQuery: true,
  readSection,
  demands,
  compile,
  groupFields: (section) => section?.fields ?? [],
  countedFields: (section) => [section?.cardinality?.field ?? []].flat(),
  sectionAsJson: (threshold) => ({ threshold }),
  facts: (file) => (file.section === null ? [] : [['threshold', inWords(file.section, file.rule.lookBackMs)]]),
  notesOn: ({ section, rule }) =>
    section === null
      ? []
      : [`it counts towards an alert of ${counted(section.value, 'event')} within ${durationInWords(rule.lookBackMs)}`],
  alertAsJson: ({ values, count, cardinality }) => ({ threshold: { values, count, cardinality } }),
  alertInWords: ({ values, count, cardinality }) =>
    `${values.join(', ')} (${counted(count, 'event')}${cardinality === null ? '' : `, ${cardinality} distinct`})`,
};

function readSection({ threshold }: ThresholdTable): ThresholdSection | null {
  if (threshold === undefined) return null;
  const { field, value, cardinality } = threshold;
  const fields = (typeof field === 'string' ? [field] : field).filter((name) => name !== '');
  return { fields, value, cardinality: (Array.isArray(cardinality) ? cardinality[0] : cardinality) ?? null };
}

function demands(section: ThresholdSection | null): readonly Demand[] {
  const distinct = section?.cardinality?.field;
  return [
    {
      key: ['threshold'],
      broken: section === null,
      problem: 'rule.threshold is missing',
      remedy: 'add [rule.threshold] with field and value',
    },
    {
      key: ['threshold', 'cardinality'],
      broken: distinct !== undefined && section?.fields.includes(distinct) === true,
      problem: `rule.threshold.cardinality counts ${distinct ?? ''}, by which the rule groups: each group has one value of it`,
      remedy: 'count another field, or do not group by this one',
    },
  ];
}

function compile(file: RuleFile<ThresholdSection | null>, fields: FieldTable): RuleMatcher {
  const { section, rule } = file;
  if (section === null) {
    throw errorAtKey(file, ['rule', 'threshold'], 'rule.threshold is missing', 'add its field and value');
  }
  const { matches, requires, witness } = kqlQueryOf(file, fields);
  return {
    ...compileThreshold({ matches, threshold: section, lookBackMs: rule.lookBackMs, fields }),
    requires,
    witness,
  };
}

function inWords({ fields, value, cardinality }: ThresholdSection, lookBackMs: number): string {
  const distinct = cardinality === null ? '' : ` with ${cardinality.value} distinct ${cardinality.field}`;
  return `${counted(value, 'event')} by ${fields.join(', ') || 'nothing'}${distinct} within ${durationInWords(lookBackMs)}`;
}
