import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { isEcs, nestDottedKeys } from './ecs-form.ts';
import { jsonInText } from './json-in-text.ts';
import { MalformedRecordError } from './malformed-record-error.ts';
import {
  columnsFormOf,
  looksLikeRecord,
  otherForm,
  isOfOtherSystem,
  otherFormOf,
  saysLittle,
  type OtherForm,
  type OtherFormName,
} from './other-form.ts';
import { textOfBytes, unpackedText } from './packed-text.ts';
import { contentsOf, envelopeKeys, envelopeLists, isKnownList } from './record-envelopes.ts';
import { isJsonObject, objectAt } from './record-fields.ts';
import { athenaRows, insightsRows, lakeRows } from './record-tables.ts';
import { rawTextKeys } from './scan/record-keys.ts';

/** A record as it was found: CloudTrail's own form, or an ECS document already. */
export type FoundRecord =
  | {
      readonly kind: 'cloudtrail';
      readonly record: JsonObject;
      /** The event's ID as what is around the record has it, for records that turn out to be malformed. */
      readonly eventId?: string | undefined;
    }
  | { readonly kind: 'ecs'; readonly document: EcsDocument };

/** The ID of a found record's event, as it or what is around it has it: also of one that turns out to be malformed. */
export function eventIdOfFound(found: FoundRecord): string | undefined {
  const own = found.kind === 'ecs' ? objectAt(found.document, 'event').id : found.record.eventID;
  return typeof own === 'string' ? own : found.kind === 'ecs' ? undefined : found.eventId;
}

/** What looking for records came upon. */
export type FoundForm = FoundRecord | MalformedRecordError | OtherForm;

/** So deep records are looked for: a queue's message in a function's event around a notification around an event takes eight. */
const deepest = 24;
const tooDeep = `it is wrapped more than ${deepest} times`;

/**
 * The records in a value, in whatever they are wrapped: trail files, LookupEvents, CloudWatch Logs, SQS, SNS, Lambda, Kinesis,
 * EventBridge, CloudTrail Lake, Athena, Splunk, Wazuh, OpenSearch, each in any other, as JSON or as text of JSON, in lists of
 * any of these, or by themselves. What is no record is handed on as an error, what is known to be something else by its form, and
 * neither stops the others.
 */
export function recordsIn(value: JsonValue): readonly FoundForm[] {
  return findIn(value, { depth: 0, eventId: undefined });
}

/** The same in a row of a CSV file, its cells by the names of their columns. */
export function recordsInCsvRow(cells: JsonObject): readonly FoundForm[] {
  return findInRow(cells, { depth: 0, eventId: undefined }, 'flattened-records').map((found) =>
    'form' in found && saysLittle(found) ? otherForm('csv') : found,
  );
}

interface Around {
  readonly depth: number;
  /** Of the nearest envelope that names an event. */
  readonly eventId: string | undefined;
}

function findIn(value: JsonValue, around: Around): readonly FoundForm[] {
  if (around.depth > deepest) return [malformed(tooDeep, around)];
  const inner = { ...around, depth: around.depth + 1 };
  if (typeof value === 'string') return findInText(value, inner);
  if (Array.isArray(value)) {
    const bytes = textOfBytes(value as readonly JsonValue[]);
    return bytes === undefined ? findInList(value as readonly JsonValue[], inner) : findInText(bytes, inner);
  }
  return isJsonObject(value) ? findInObject(value, inner) : [malformed('it is no JSON object', around)];
}

/** Plain texts beside records, as IDs that were asked for with them, are not worth a word. */
function findInList(list: readonly JsonValue[], around: Around): readonly FoundForm[] {
  const found = list.flatMap((each) => findIn(each, around));
  return found.some(isFoundRecord) ? found.filter((each) => !('form' in each && each.form === 'text')) : found;
}

function malformed(problem: string, { eventId }: Around): MalformedRecordError {
  return new MalformedRecordError(problem, eventId);
}

function findInObject(value: JsonObject, around: Around): readonly FoundForm[] {
  if (typeof value.CloudTrailEvent === 'string') return [lookedUp(value.CloudTrailEvent, value)];
  if (isEcs(value)) return unmappedRecordIn(value, around) ?? [{ kind: 'ecs', document: nestDottedKeys(value) }];
  if (isWholeRecord(value)) return rawRecordIn(value, around) ?? [{ kind: 'cloudtrail', record: value }];
  if (isOfOtherSystem(value)) return [otherForm('lake-activity')];
  const within = { ...around, eventId: eventIdOf(value) ?? around.eventId };
  const inside = [...contentsOf(value).flatMap((content) => findIn(content, within)), ...findInTables(value, within)];
  const telling = inside.filter((found) => !('form' in found && saysLittle(found)));
  if (telling.length > 0) return telling;
  const elsewhere = looksLikeRecord(value) ? [] : recordsElsewhere(value, around);
  if (elsewhere.some(isFoundRecord)) return elsewhere.filter((found) => !('form' in found));
  if (inside.length === 0 && (isKnownList(value) || isBulkAction(value))) return [];
  const form = otherFormOf(value);
  if (form !== null) return [otherForm(form)];
  if (looksLikeRecord(value) && !isOfOtherSource(value)) return [{ kind: 'cloudtrail', record: value }];
  return inside.length > 0
    ? inside
    : elsewhere.some((each) => 'form' in each)
      ? elsewhere
      : [otherForm('unknown'), ...elsewhere];
}

/** What a shipper wrote whose pipeline has not run: the record is still text, and nothing of it is mapped. Null where it is mapped. */
function unmappedRecordIn(value: JsonObject, around: Around): readonly FoundForm[] | null {
  const event = objectAt(value, 'event');
  if ((event.action ?? value['event.action']) !== undefined) return null;
  const texts = [event.original, value['event.original'], value.message].filter((text) => typeof text === 'string');
  for (const text of texts) {
    const found = findInText(text, around).filter(isFoundRecord);
    if (found.length > 0) return found;
  }
  return null;
}

/** The record as it was written, where columns that were taken from it stand beside it; null where no text holds one. */
function rawRecordIn(value: JsonObject, around: Around): readonly FoundForm[] | null {
  const texts = rawTextKeys
    .map((key) => value[key])
    .filter((text) => typeof text === 'string' && /^\s*\{\s*"/.test(text));
  const found = texts
    .flatMap((text) => findIn(text ?? null, around))
    .filter((each) => isFoundRecord(each) || each instanceof MalformedRecordError);
  return found.length > 0 ? found : null;
}

function findInTables(value: JsonObject, around: Around): readonly FoundForm[] {
  return [
    ...insightsRows(value).flatMap((row) => findInRow(row, around, 'flattened-records')),
    ...[...lakeRows(value), ...athenaRows(value)].flatMap((row) => findInRow(row, around, 'query-rows')),
  ];
}

/**
 * A row of a table is no record, whatever its columns are called: who made a call is not in them, or not whole. Its cells may hold some.
 *
 * @param form what the row is where they hold none.
 */
function findInRow(row: JsonObject, around: Around, form: OtherFormName): readonly FoundForm[] {
  const cells = Object.keys(row).flatMap((key) => findElsewhere(row[key] ?? null, around));
  if (cells.length > 0) return cells;
  return findInObject(row, around).map((found) =>
    isRowItself(found, row) || ('form' in found && found.form === 'flattened-records') ? otherForm(form) : found,
  );
}

function isRowItself(found: FoundForm, row: JsonObject): boolean {
  return ('record' in found && found.record === row) || ('document' in found && isEcs(row));
}

/** Records, broken ones, and what is known to be something else, under keys of an envelope that is not known, as in Loki's and Datadog's answers. */
function recordsElsewhere(value: JsonObject, around: Around): readonly FoundForm[] {
  return Object.keys(value)
    .filter((key) => !envelopeKeys.has(key) || (envelopeLists.has(key) && !Array.isArray(value[key])))
    .flatMap((key) => findElsewhere(value[key] ?? null, around))
    .filter((found) => !('form' in found && saysLittle(found)));
}

function isFoundRecord(found: FoundForm): found is FoundRecord {
  return 'kind' in found && found.kind !== 'other';
}

function findElsewhere(value: JsonValue, around: Around): readonly FoundForm[] {
  if (around.depth > deepest) return [];
  const inner = { ...around, depth: around.depth + 1 };
  if (typeof value === 'string') {
    const unpacked = unpackedText(value);
    if (unpacked !== undefined) return findElsewhere(unpacked, inner);
    if (!value.includes('eventName')) return /^\s*[[{]\s*["{[]/.test(value) ? recordsDeepIn(value, inner) : [];
    return /^\s*[[{]/.test(value) ? findInText(value, inner) : (findAmongText(value, inner) ?? []);
  }
  if (Array.isArray(value)) {
    const bytes = textOfBytes(value as readonly JsonValue[]);
    return bytes !== undefined
      ? findElsewhere(bytes, inner)
      : (value as readonly JsonValue[]).flatMap((each) => findElsewhere(each, inner));
  }
  return isJsonObject(value) ? findInObject(value, inner) : [];
}

/** Records that are packed in JSON that is text itself. */
function recordsDeepIn(text: string, around: Around): readonly FoundForm[] {
  try {
    return findElsewhere(parseJson(text), around).filter(isFoundRecord);
  } catch {
    return [];
  }
}

/** Its name and time are there, in CloudTrail's own structure; what else it needs is for whoever reads it. */
function isWholeRecord(value: JsonObject): boolean {
  return (
    typeof value.eventName === 'string' &&
    typeof value.eventTime === 'string' &&
    !isOfOtherSource(value) &&
    columnsFormOf(value) === null
  );
}

/** Functions' events say `aws:s3` and the like where records name a service. */
function isOfOtherSource({ eventSource }: JsonObject): boolean {
  return typeof eventSource === 'string' && eventSource.startsWith('aws:');
}

/** The line before each document of a bulk request to Elasticsearch. */
function isBulkAction(value: JsonObject): boolean {
  const [key = '', ...more] = Object.keys(value);
  return (
    more.length === 0 &&
    /^(?:index|create)$/.test(key) &&
    Object.keys(objectAt(value, key)).every((name) => name.startsWith('_'))
  );
}

/** Of LookupEvents' items, whose ID is the record's; other envelopes have IDs of their own. */
function eventIdOf({ EventId: id }: JsonObject): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

function findInText(text: string, around: Around): readonly FoundForm[] {
  if (around.depth > deepest) return [malformed(tooDeep, around)];
  const start = text.trimStart();
  if (/^[[{"]/.test(start)) return findInJson(start, around);
  if (start.startsWith('CWL CONTROL MESSAGE')) return [otherForm('control-messages')];
  const unpacked = unpackedText(start);
  if (unpacked !== undefined) return findInText(unpacked, { ...around, depth: around.depth + 1 });
  return findAmongText(start, around) ?? [otherForm('text')];
}

function findInJson(text: string, around: Around): readonly FoundForm[] {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch {
    return findAmongText(text, around) ?? [malformed('the text that holds it is no valid JSON', around)];
  }
  return findIn(value, around);
}

/**
 * Records that run together or have other text around them, as Kinesis, Firehose and the logs of functions hand them on; null where
 * a text holds none.
 */
function findAmongText(text: string, around: Around): readonly FoundForm[] | null {
  if (!text.includes('eventName')) return null;
  const { values, rest } = jsonInText(text);
  const found = values.flatMap((value) => findIn(parseJson(value), around)).filter((each) => !('form' in each));
  if (!found.some(isFoundRecord)) return null;
  const hasBroken = /eventName\\{0,8}"\s*:/.test(rest);
  return hasBroken ? [...found, malformed('the text that holds it is no valid JSON', around)] : found;
}

/** The records in the text around them, as a line of a log or of a script has them; null where it holds none. */
export function recordsInText(text: string): readonly FoundForm[] | null {
  const around = { depth: 1, eventId: undefined };
  const unpacked = unpackedText(text);
  const found = unpacked === undefined ? findAmongText(text, around) : findInText(unpacked, around);
  return found?.some(isFoundRecord) === true ? found : null;
}

function lookedUp(text: string, item: JsonObject): FoundRecord | MalformedRecordError {
  const eventId = eventIdOf(item);
  let record: JsonValue;
  try {
    record = parseJson(text);
  } catch {
    return new MalformedRecordError('its CloudTrailEvent is no valid JSON', eventId);
  }
  return isJsonObject(record)
    ? { kind: 'cloudtrail', record, ...(eventId === undefined ? {} : { eventId }) }
    : new MalformedRecordError('its CloudTrailEvent is no object', eventId);
}
