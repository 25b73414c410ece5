import { z } from 'zod';
import { severities } from '../../model/severity.ts';
import { expectedWords } from '../../validation/expected-words.ts';
import { lookBackMs, ruleDurationMs } from './rule-duration.ts';
import type { KeyPath } from './rule-file.ts';
import { defaultInterval, defaultLookBack, nonEmptyList, type RuleTable, textField } from './rule-schema.ts';

/** What is otherwise in Kibana with a rule that can be run here, and where. */
export interface KibanaDifference {
  readonly key: KeyPath;
  readonly message: string;
}

const text = z.string('write a text in quotes');
const attack = z.object({ reference: text });
const threat = z.object({
  tactic: attack,
  technique: z.array(attack.extend({ subtechnique: z.array(attack).optional() })).optional(),
});
const override = z.object({ field: text, operator: z.literal('equals'), value: text });
const positive = z.int().min(1);

/**
 * What Kibana's API demands of keys that change nothing of what a rule finds here, so that they are not looked into otherwise
 * (elastic/kibana, security_solution: the schemas of `common/api/detection_engine/model/rule_schema`). Keys that it does not know
 * it passes over.
 */
const demanded = z.object({
  actions: z.array(z.object({ action_type_id: text, id: text, params: z.looseObject({}) })).optional(),
  exceptions_list: z
    .array(
      z.object({
        type: z.enum([
          'detection',
          'rule_default',
          'endpoint',
          'endpoint_trusted_apps',
          'endpoint_trusted_devices',
          'endpoint_events',
          'endpoint_host_isolation_exceptions',
          'endpoint_blocklists',
          'endpoint_custom_yara_signatures',
        ]),
        namespace_type: z.enum(['agnostic', 'single']),
      }),
    )
    .optional(),
  investigation_fields: z.object({ field_names: nonEmptyList }).optional(),
  meta: z.looseObject({}).optional(),
  related_integrations: z
    .array(z.object({ package: textField, version: textField, integration: textField.optional() }))
    .optional(),
  required_fields: z.array(z.object({ name: textField, type: textField })).optional(),
  risk_score_mapping: z.array(override.extend({ risk_score: z.int().min(0).max(100).optional() })).optional(),
  severity_mapping: z.array(override.extend({ severity: z.enum(severities) })).optional(),
  threat: z.array(threat).optional(),
  throttle: z
    .string()
    .regex(/^(?:no_actions|rule|[1-9]\d*[smhd])$/u, 'write "no_actions", "rule", or a time such as "1h"')
    .optional(),
  timeline_id: textField.optional(),
  timeline_title: textField.optional(),
  version: positive.optional(),
});

const language = z.string();
const mapping = z.object({
  entries: z.array(
    z.object({ field: textField, type: z.literal('mapping'), value: textField, negate: z.boolean().optional() }),
  ),
});

/** The same of the types that have demands of their own. */
const demandedOfType: Readonly<Record<string, z.ZodObject>> = {
  eql: z.object({ language }),
  esql: z.object({ language }),
  machine_learning: z.object({
    anomaly_threshold: z.int().min(0),
    machine_learning_job_id: z.union([text, z.array(text).min(1)], 'write the ID of a job, or a list of them'),
  }),
  threat_match: z.object({
    query: text,
    threat_query: text,
    threat_index: z.array(text),
    threat_mapping: z.array(mapping).min(1),
    threat_language: z.enum(['kuery', 'lucene']).optional(),
    concurrent_searches: positive.optional(),
    items_per_search: positive.optional(),
  }),
};

/** What Kibana refuses when a rule is made or imported and Trailhound passes over, or the other way round, each with what to do. */
export function kibanaDifferences(rule: RuleTable): readonly KibanaDifference[] {
  return [
    ...refusedShapes(demanded, rule),
    ...refusedShapes(demandedOfType[rule.type] ?? z.object({}), rule),
    ...refusedSchedule(rule),
    ...refusedMatching(rule),
    ...otherOrder(rule),
  ];
}

function refusedShapes(schema: z.ZodObject, rule: RuleTable): readonly KibanaDifference[] {
  const { error } = schema.safeParse(rule, { error: expectedWords });
  return (error?.issues ?? []).map(({ path, message }) => {
    const key = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const name = nameOf(key);
    return valueAt(rule, key) === undefined
      ? refusal(key, `${name} is missing`, `add ${name}`)
      : refusal(key, `${name} has a value that it does not allow`, message.replace(/^Invalid input: /, ''));
  });
}

/**
 * A run that looks back less far than to the run before it leaves a time out: Kibana refuses it. Here each event is judged, whatever
 * the interval.
 */
function refusedSchedule({ interval, from, to }: RuleTable): readonly KibanaDifference[] {
  const every = interval ?? defaultInterval;
  const begin = from ?? defaultLookBack;
  const end = to ?? 'now';
  const endMs = end.trim() === 'now' ? 0 : lookBackMs(end);
  const [everyMs, beginMs] = [ruleDurationMs(every), lookBackMs(begin)];
  if (endMs === undefined || everyMs === undefined || beginMs === undefined || beginMs - endMs >= everyMs) return [];
  const key = from === undefined ? 'interval' : 'from';
  return [
    refusal([key], `from "${begin}" to "${end}" is less than the interval of ${every}`, 'let from lie further back'),
  ];
}

function refusedMatching({ type, ...rule }: RuleTable): readonly KibanaDifference[] {
  if (type !== 'threat_match') return [];
  const { concurrent_searches: searches, items_per_search: items, threat_mapping: mappings } = rule as ThreatMatchKeys;
  const [one, other] =
    searches === undefined ? ['items_per_search', 'concurrent_searches'] : ['concurrent_searches', 'items_per_search'];
  const unpaired =
    (searches === undefined) === (items === undefined)
      ? []
      : [refusal([one ?? ''], `rule.${one} is without rule.${other}`, 'add the other, or remove this one')];
  const read = z.array(mapping).safeParse(mappings);
  const negated = (read.data ?? []).flatMap(({ entries }, at) =>
    entries.length > 0 && entries.every(({ negate }) => negate === true)
      ? [refusal(['threat_mapping', at], 'all of these entries are negated', 'add one that has to match')]
      : [],
  );
  return [...unpaired, ...negated];
}

/** Kibana has EQL order events by the field; here they are ordered by when they happened. */
function otherOrder(rule: RuleTable): readonly KibanaDifference[] {
  const { timestamp_field: field = '@timestamp' } = rule as { readonly timestamp_field?: string };
  return field === '@timestamp'
    ? []
    : [
        {
          key: ['rule', 'timestamp_field'],
          message: `events of a sequence are ordered by when they happened, and not by ${field} as in Kibana; write "@timestamp", or leave rule.timestamp_field out`,
        },
      ];
}

interface ThreatMatchKeys {
  readonly concurrent_searches?: unknown;
  readonly items_per_search?: unknown;
  readonly threat_mapping?: unknown;
}

function refusal(key: KeyPath, problem: string, remedy: string): KibanaDifference {
  return { key: ['rule', ...key], message: `${problem}: Kibana refuses such a rule; ${remedy}` };
}

function nameOf(key: KeyPath): string {
  return key.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}.${part}`),
    'rule',
  );
}

function valueAt(rule: unknown, key: KeyPath): unknown {
  return key.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string | number, unknown>>)[part]
        : undefined,
    rule,
  );
}
