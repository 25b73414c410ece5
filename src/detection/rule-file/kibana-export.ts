import { isJsonObject } from '../../cloudtrail/record-fields.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { readRuleTables, type RuleFileReading } from './read-rule-file.ts';
import { RuleSyntaxError, type SourcePosition } from './rule-syntax-error.ts';
import { positionAtOffset, type TomlPlaces } from './toml-places.ts';

/** An exception list, or one of its items, as Kibana's API has it. */
export interface ExceptionListPart {
  readonly kind: 'list' | 'item';
  readonly path: string;
  readonly source: string;
  readonly position: SourcePosition;
  readonly value: JsonObject;
}

/** What a text of Kibana's holds. */
export interface KibanaExport {
  readonly rules: readonly RuleFileReading[];
  readonly exceptionParts: readonly ExceptionListPart[];
}

/** What Kibana's API adds to a rule that is nothing of the rule's own. */
const serverKeys: ReadonlySet<string> = new Set(
  (
    'id created_at created_by updated_at updated_by execution_summary rule_source immutable revision version outcome actions ' +
    'throttle output_index meta namespace'
  ).split(' '),
);

/** Whether a text is Kibana's export, or rules of its API: no TOML begins with a brace. */
export function isKibanaExport(path: string, source: string): boolean {
  return /\.(?:nd)?json$/.test(path) || /^[\s\uFEFF]*(?:\{|\[\s*\{)/.test(source);
}

/**
 * Reads what Kibana exports: rules with the exception lists that they name (`rules_export.ndjson`), lists by themselves, and its
 * API's answers: one rule, lists of them, pages of `_find`, prebuilt rules as saved objects. Connectors and the summary at an
 * export's end are passed over; a line that cannot be read is an error of its own.
 */
export function readKibanaExport(path: string, source: string): KibanaExport {
  const text = source.replace(/^\uFEFF/, '');
  const found = [...numberedValues(text)].flatMap(([line, value]) => foundIn({ path, source: text, line }, value));
  const rules = found.filter((one) => 'errors' in one);
  const exceptionParts = found.filter((one) => 'kind' in one);
  const isEmpty = rules.length === 0 && exceptionParts.length === 0;
  return { rules: isEmpty ? [failedReading({ path, source: text, line: 1 }, noRule)] : rules, exceptionParts };
}

interface Place {
  readonly path: string;
  readonly source: string;
  /** Where the JSON begins that holds it. */
  readonly line: number;
}

const noRule = 'there is no rule in this file';

/** Each object with its line: of one JSON text over several lines, or one a line. */
function numberedValues(text: string): readonly (readonly [line: number, value: JsonValue | undefined])[] {
  const whole = parsed(text);
  if (whole !== undefined) return [[1, whole]];
  const lines = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => [number, parsed(line)] as const);
  // Of one text over many lines, no line says anything by itself.
  return lines.some(([, value]) => isJsonObject(value)) ? lines : [[1, undefined]];
}

function foundIn(place: Place, value: JsonValue | undefined): readonly (RuleFileReading | ExceptionListPart)[] {
  const objects = objectsIn(value);
  if (objects === null) return [failedReading(place, 'this is no valid JSON, or no JSON object')];
  return objects.flatMap((object): readonly (RuleFileReading | ExceptionListPart)[] => {
    const position = positionOf(place, object);
    const { path, source } = place;
    if (isRule(object)) return [readRuleTables(path, source, { rule: ruleOf(object) }, at(position))];
    if (object.list_id === undefined) return [];
    return [{ kind: object.entries === undefined ? 'list' : 'item', path, source, position, value: object }];
  });
}

/** The objects of an answer of Kibana's API: itself, its list, a page of `_find`, saved objects. @returns null where it is none. */
function objectsIn(value: JsonValue | undefined): readonly JsonObject[] | null {
  if (Array.isArray(value)) {
    const objects = (value as readonly JsonValue[]).map(objectsIn);
    return objects.some((each) => each === null) ? null : objects.flatMap((each) => each ?? []);
  }
  if (!isJsonObject(value)) return null;
  const listed = value.data ?? value.saved_objects;
  if (Array.isArray(listed) && !isRule(value)) return objectsIn(listed as JsonValue);
  return value.type === 'security-rule' && isJsonObject(value.attributes) ? [value.attributes] : [value];
}

/** Where an object of a text over several lines stands: where its own ID is first named. */
function positionOf({ source, line }: Place, object: JsonObject): SourcePosition {
  const id = object.rule_id ?? object.item_id ?? object.list_id;
  const offset = line === 1 && typeof id === 'string' ? source.indexOf(JSON.stringify(id)) : -1;
  return offset === -1 ? { line, column: 1 } : positionAtOffset(source, offset);
}

function failedReading({ path, source, line }: Place, problem: string): RuleFileReading {
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

function at(place: SourcePosition): TomlPlaces {
  return { positionOf: () => place, keyPositionOf: () => place, textRangeOf: () => undefined };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
