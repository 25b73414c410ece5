import { isJsonObject } from '../../cloudtrail/record-fields.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { readRuleTables, type RuleFileReading } from './read-rule-file.ts';
import { RuleSyntaxError } from './rule-syntax-error.ts';
import type { TomlPlaces } from './toml-places.ts';

/** What Kibana's API adds to a rule that is nothing of the rule's own. */
const serverKeys: ReadonlySet<string> = new Set(
  (
    'id created_at created_by updated_at updated_by execution_summary rule_source immutable revision version enabled outcome actions ' +
    'throttle output_index meta namespace'
  ).split(' '),
);

/** Whether a text is Kibana's export, or rules of its API: no TOML begins with a brace. */
export function isKibanaExport(path: string, source: string): boolean {
  return path.endsWith('.ndjson') || /^[\s\uFEFF]*(?:\{|\[\s*\{)/.test(source);
}

/**
 * Reads the rules of Kibana's `rules_export.ndjson`: one a line, in the form of its API. Exception lists, connectors and the
 * summary at its end are no rules and are passed over; a line that cannot be read is an error of its own.
 */
export function readKibanaExport(path: string, source: string): readonly RuleFileReading[] {
  const text = source.replace(/^\uFEFF/, '');
  const readings = [...numberedValues(text)].flatMap(([line, value]) => readingOf(path, text, line, value));
  return readings.length > 0 ? readings : [failedReading(path, text, 1, 'there is no rule in this file')];
}

/** Each object with its line: of one JSON text over several lines, or one a line. */
function numberedValues(text: string): readonly (readonly [line: number, value: JsonValue | undefined])[] {
  const whole = parsed(text);
  if (Array.isArray(whole)) return (whole as readonly JsonValue[]).map((value) => [1, value]);
  if (whole !== undefined) return [[1, whole]];
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  return lines.filter(({ line }) => line.trim() !== '').map(({ line, number }) => [number, parsed(line)]);
}

function readingOf(
  path: string,
  source: string,
  line: number,
  value: JsonValue | undefined,
): readonly RuleFileReading[] {
  if (!isJsonObject(value)) return [failedReading(path, source, line, 'this line is no JSON object')];
  return isRule(value) ? [readRuleTables(path, source, { rule: ruleOf(value) }, atLine(line))] : [];
}

function failedReading(path: string, source: string, line: number, problem: string): RuleFileReading {
  const position = { line, column: 1 };
  const error = new RuleSyntaxError({ path, position, problem, remedy: 'export the rules from Kibana anew' });
  return { path, source, file: null, remains: null, errors: [error], warnings: [] };
}

/** Lists have an ID of their own instead, connectors attributes, the summary counts. */
function isRule(object: JsonObject): boolean {
  return object.rule_id !== undefined || (object.query !== undefined && object.type !== undefined);
}

/** Kibana writes null and empty lists for what a rule does not have. */
function ruleOf(object: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(
    ([key, value]) =>
      !serverKeys.has(key) && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept);
}

function atLine(line: number): TomlPlaces {
  const place = { line, column: 1 };
  return { positionOf: () => place, keyPositionOf: () => place, textRangeOf: () => undefined };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
