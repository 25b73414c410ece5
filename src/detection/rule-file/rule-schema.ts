import { z } from 'zod';
import { severities } from '../../model/severity.ts';
import { ruleDurationMs, lookBackMs } from './rule-duration.ts';

/** A text that says something. */
export const textField = z.string('write a text in quotes').regex(/\S/u, 'write a text that is not empty');
const textList = z.array(textField, 'write a list of texts, such as ["a", "b"]');
/** A list that names something. */
export const nonEmptyList = textList.min(1, 'name at least one field');
export const wholeNumberField = z.int('write a whole number');
/** Kept for those who read the file with other tools; Trailhound does not look inside. */
const anything = z.unknown();

/** How far back, by `now-...`. */
export const lookBack = textField.refine(
  (value) => lookBackMs(value) !== undefined,
  'write how far to look back, such as "now-6m"',
);
const duration = textField.refine((value) => ruleDurationMs(value) !== undefined, 'write a duration, such as "5m"');

const technique = z.strictObject({ id: textField, name: textField, reference: z.string().optional() });
const threat = z.strictObject({
  framework: textField,
  tactic: technique,
  technique: z
    .array(technique.extend({ subtechnique: z.array(technique).optional() }), 'write [[rule.threat.technique]] tables')
    .optional(),
});

const alertSuppression = z.strictObject({
  group_by: nonEmptyList.max(3, 'name three fields at most').optional(),
  duration: z
    .strictObject({ value: wholeNumberField.min(1), unit: z.enum(['s', 'm', 'h'], 'write "s", "m" or "h"') })
    .optional(),
  missing_fields_strategy: z.enum(['suppress', 'doNotSuppress'], 'write "suppress" or "doNotSuppress"').optional(),
});

const exceptionList = z.strictObject({
  id: textField,
  list_id: textField,
  namespace_type: textField.optional(),
  type: textField.optional(),
});

/** The `from` of a rule that has none. */
export const defaultLookBack = 'now-6m';
/** The `interval` of a rule that has none. */
export const defaultInterval = '5m';

/**
 * `[rule]`: every documented key of the format (Elastic's detection-rules repository and Kibana's rule API) that does not belong
 * to one type of rules.
 */
const rule = z.strictObject({
  actions: anything.optional(),
  alert_suppression: alertSuppression.optional(),
  author: textList.optional(),
  building_block_type: textField.optional(),
  data_view_id: textField.optional(),
  description: textField,
  enabled: z.boolean().optional(),
  exceptions_list: z.array(exceptionList).optional(),
  false_positives: z.array(z.string()).optional(),
  filters: z.array(anything).optional(),
  from: lookBack.optional(),
  immutable: anything.optional(),
  index: textList.optional(),
  interval: duration.optional(),
  investigation_fields: z.strictObject({ field_names: textList }).optional(),
  language: z.enum(['kuery', 'lucene', 'eql', 'esql'], 'write "kuery", "eql", "esql" or "lucene"').optional(),
  license: textField.optional(),
  max_signals: wholeNumberField.min(1, 'write 1 or more').optional(),
  meta: anything.optional(),
  name: textField,
  namespace: anything.optional(),
  note: z.string().optional(),
  outcome: anything.optional(),
  output_index: anything.optional(),
  // Empty where filters are all that a rule made in Kibana has.
  query: z.string('write a text in quotes').optional(),
  references: z.array(z.string()).optional(),
  related_integrations: anything.optional(),
  required_fields: anything.optional(),
  response_actions: anything.optional(),
  revision: anything.optional(),
  risk_score: wholeNumberField.min(0, 'write 0 to 100').max(100, 'write 0 to 100'),
  risk_score_mapping: anything.optional(),
  rule_id: textField,
  rule_name_override: textField.optional(),
  rule_source: anything.optional(),
  saved_id: textField.optional(),
  setup: z.string().optional(),
  severity: z.enum(severities, `write one of ${severities.join(', ')}`),
  severity_mapping: anything.optional(),
  tags: z.array(z.string()).optional(),
  threat: z.array(threat, 'write [[rule.threat]] tables').optional(),
  threat_mappings: z
    .array(z.strictObject({ framework: textField, version: z.union([textField, z.number()]), threat: z.array(threat) }))
    .optional(),
  throttle: anything.optional(),
  timeline_id: anything.optional(),
  timeline_title: anything.optional(),
  timestamp_override: textField.optional(),
  timestamp_override_fallback_disabled: z.boolean().optional(),
  to: textField.optional(),
  type: textField,
  version: anything.optional(),
});

/** `[metadata]`: about the file; nothing in it changes what the rule matches. */
const metadata = z.strictObject({
  bypass_bbr_timing: anything.optional(),
  comments: anything.optional(),
  creation_date: anything.optional(),
  deprecated_reason: anything.optional(),
  deprecation_date: anything.optional(),
  endpoint: anything.optional(),
  extended: anything.optional(),
  integration: anything.optional(),
  local: anything.optional(),
  maturity: anything.optional(),
  min_stack_comments: anything.optional(),
  min_stack_version: anything.optional(),
  notify: anything.optional(),
  os_type_list: anything.optional(),
  promotion: anything.optional(),
  query_schema_validation: anything.optional(),
  related_endpoint_rules: anything.optional(),
  released: anything.optional(),
  updated_date: anything.optional(),
});

/** A whole rule file. @param keys of `[rule]` that belong to types of rules. */
export function ruleFileSchema(keys: z.ZodRawShape) {
  return z.strictObject({
    metadata: metadata.optional(),
    rule: z.strictObject({ ...rule.shape, ...keys }),
    transform: anything.optional(),
  });
}

/** `[rule]` after its shape was checked; with the keys of its type, which that type alone knows. */
export type RuleTable = z.infer<typeof rule>;
export type ThreatTable = z.infer<typeof threat>;
