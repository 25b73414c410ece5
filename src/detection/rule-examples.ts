import { z } from 'zod';
import { normalizeRecord } from '../cloudtrail/normalize.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import { parseJson } from '../model/parse-json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { eventFields } from './fields/document-fields.ts';
import type { FieldTable } from './fields/event-fields.ts';
import { CandidateLog } from './offline/candidate-log.ts';
import { settledGroups } from './offline/offline.ts';
import type { AlertDraft, DetectionEvent, RuleMatcher } from './rule-type.ts';
import { expectedWords } from '../validation/expected-words.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';
import { isJsonObject } from '../cloudtrail/record-fields.ts';
import { counted } from '../model/counted.ts';

/** One example: events, and whether they are to raise an alert of the rule. */
export interface RuleExample {
  /** A sentence: what happens here. */
  readonly name: string;
  readonly matches: boolean;
  /** The exact number of alerts, where it matters. */
  readonly alerts?: number | undefined;
  /** The field that makes a near miss of it. */
  readonly differsIn?: string | undefined;
  /** JSON merge patches on the base record, an event each. */
  readonly events: readonly JsonObject[];
  /** JSON merge patch on each event's ECS document, for what no CloudTrail record can say. */
  readonly ecs?: JsonObject | undefined;
}

/** What stands beside a rule in `examples/`; `rules/README.md` describes the format. */
export interface RuleExamples {
  readonly path: string;
  readonly ruleId: string;
  /** A whole CloudTrail record. */
  readonly base: JsonObject;
  readonly examples: readonly RuleExample[];
}

/** How an example went; `problem` says in a sentence what was not as the example says. */
export interface ExampleVerdict {
  readonly name: string;
  readonly passed: boolean;
  readonly alerts: number;
  readonly problem: string | null;
}

/** An examples file that cannot be used. */
export class RuleExamplesError extends TrailhoundError {
  override readonly name = 'RuleExamplesError';
  override readonly code = 'rule-examples';
  readonly path: string;

  constructor(path: string, problem: string, remedy: string) {
    super(`${path}: ${problem}; ${remedy}`);
    this.path = path;
  }
}

const jsonObject = z.record(z.string(), z.json());

const examplesSchema = z.strictObject({
  ruleId: z.string().min(1),
  base: jsonObject,
  examples: z
    .array(
      z
        .strictObject({
          name: z.string().min(1),
          matches: z.boolean(),
          alerts: z.int().positive().optional(),
          differsIn: z.string().min(1).optional(),
          events: z.array(jsonObject).min(1),
          ecs: jsonObject.optional(),
        })
        .refine(({ matches, alerts }) => matches || alerts === undefined, 'a near miss has no number of alerts')
        .refine(
          ({ matches, differsIn }) => matches || differsIn !== undefined,
          'a near miss names the field in differsIn',
        ),
    )
    .min(1),
});

/**
 * Reads the text of an examples file.
 *
 * @throws RuleExamplesError where it is no JSON or not of the format.
 */
export function parseRuleExamples(path: string, text: string): RuleExamples {
  let content: unknown;
  try {
    content = parseJson(text);
  } catch {
    throw new RuleExamplesError(path, 'this is not valid JSON', 'mend it; rules/README.md shows the format');
  }
  const checked = examplesSchema.safeParse(content, { error: expectedWords });
  if (!checked.success) {
    const problems = checked.error.issues.map(({ path: at, message }) => `${placeIn(at)}${message}`);
    throw new RuleExamplesError(path, problems.join('; '), 'rules/README.md shows the format');
  }
  return { path, ...checked.data };
}

/** `examples[0].matches: `, counted as JSON's readers count; nothing for the whole. */
function placeIn(at: readonly PropertyKey[]): string {
  const place = at.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place === '' ? '' : `${place.replace(/^\./, '')}: `;
}

/** The events of an example, with IDs by their position where the patches give none. */
export function exampleEvents(
  { base }: RuleExamples,
  example: RuleExample,
  fields: FieldTable,
): readonly DetectionEvent[] {
  return example.events.map((patch, position) => {
    const eventID = `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`;
    return detectionEvent({ eventID, ...mergePatch(base, patch) }, example.ecs ?? {}, fields);
  });
}

/** All alerts that a rule raises on those events, whatever their order. */
export function alertsOn(matcher: RuleMatcher, events: readonly DetectionEvent[]): readonly AlertDraft[] {
  const log = new CandidateLog();
  for (const event of events) for (const candidate of matcher.candidates(event)) log.add(0, candidate);
  return [...settledGroups([{ matcher, suppression: null }], [log.logged()])].flatMap(({ drafts }) =>
    drafts.map(({ draft }) => draft),
  );
}

/** Runs an example against a compiled rule; `fields` is the table that the rule was compiled with. */
export function judgeExample(
  file: RuleExamples,
  example: RuleExample,
  matcher: RuleMatcher,
  fields: FieldTable,
): ExampleVerdict {
  const alerts = alertsOn(matcher, exampleEvents(file, example, fields)).length;
  const problem = problemWith(example, alerts);
  return { name: example.name, passed: problem === null, alerts, problem };
}

function problemWith(example: RuleExample, alerts: number): string | null {
  if (!example.matches) return alerts === 0 ? null : `it must not match, and raised ${counted(alerts, 'alert')}`;
  if (example.alerts !== undefined) {
    return alerts === example.alerts
      ? null
      : `it must raise ${counted(example.alerts, 'alert')}, and raised ${counted(alerts, 'alert')}`;
  }
  return alerts > 0 ? null : 'it must match, and raised no alert';
}

function detectionEvent(record: JsonObject, ecs: JsonObject, fields: FieldTable): DetectionEvent {
  function text(key: string): string {
    const value = record[key];
    return typeof value === 'string' ? value : '';
  }
  return {
    ref: { accountId: text('recipientAccountId') as AccountId, eventId: text('eventID'), revision: 0 },
    eventTime: text('eventTime') as Instant,
    eventTimeMs: Date.parse(text('eventTime')),
    fields: eventFields(mergePatch(normalizeRecord(record), ecs), fields),
  };
}

/** Applies a JSON merge patch (RFC 7396): objects are merged, null takes a key away, all else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      Reflect.deleteProperty(merged, key);
    } else {
      const before = merged[key];
      merged[key] = isJsonObject(value) ? mergePatch(isJsonObject(before) ? before : {}, value) : value;
    }
  }
  return merged;
}
