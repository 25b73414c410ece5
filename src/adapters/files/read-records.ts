import { MalformedRecordError } from '../../cloudtrail/malformed-record-error.ts';
import type { OtherFormName } from '../../cloudtrail/other-form.ts';
import {
  type FoundForm,
  type FoundRecord,
  recordsIn,
  recordsInCsvRow,
  recordsInText,
} from '../../cloudtrail/record-forms.ts';
import { streamedListKeys } from '../../cloudtrail/scan/record-keys.ts';
import type { JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/parse-json.ts';
import { type InputContent, inputContents } from './input-contents.ts';
import { isBehindLine, type InputSource } from './input-paths.ts';
import { JsonSplitter, type JsonFault, type JsonPiece } from './json-splitter.ts';
import { linesBefore } from './part-lines.ts';
import { UnreadableInputError } from './unreadable-input-error.ts';

/** Where something was read. */
export interface RecordPlace {
  /** Of a file; of one in an archive `logs.zip!/a.json`. */
  readonly path: string;
  /** The line on which the record, or the list or envelope around it, starts; from 1. 0 where the input as a whole is meant. */
  readonly line: number;
}

export type InputRecord =
  | { readonly kind: 'found'; readonly found: FoundRecord; readonly place: RecordPlace }
  | {
      readonly kind: 'malformed';
      readonly problem: string;
      readonly place: RecordPlace;
      /** What stands there, or the beginning of it; absent where an input cannot be read on. */
      readonly text?: string;
      /** Of the event, where what is around it tells. */
      readonly eventId?: string;
    }
  /** Something that is no CloudTrail record and nothing that went wrong with one. */
  | { readonly kind: 'other'; readonly form: OtherFormName; readonly place: RecordPlace };

/** So much of what is malformed is handed on. */
const keptBytes = 1 << 16;
/** Envelopes in envelopes that name a list twice are looked into so deep. */
const mostRepetitions = 8;

/**
 * The records of an input, in batches as they come; the input may be larger than memory. Packed inputs and archives are recognised
 * by their first bytes. What is malformed or something else stands among the records; an input that cannot be read to its end closes
 * with an entry about that.
 *
 * @param onBytes told how much of the input was read, in bytes as they lie there, for progress.
 */
export async function* readRecords(
  source: InputSource,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<readonly InputRecord[]> {
  try {
    for await (const content of inputContents(source, onBytes)) yield* recordsOfContent(source, content);
  } catch (error) {
    yield [brokenOff(placesIn(source)(0), error)];
  }
}

async function* recordsOfContent(source: InputSource, content: InputContent): AsyncGenerator<readonly InputRecord[]> {
  const placeOf = placesIn(source, content.member);
  if (content.kind !== 'json') yield* recordsBesideJson(content, placeOf);
  else
    for await (const pieces of readPieces(content.chunks, isBehindLine(source)))
      yield pieces.flatMap((piece) => recordsOf(piece, placeOf));
}

/** What a content holds that is no JSON as a whole. */
export async function* recordsBesideJson(
  content: Exclude<InputContent, { kind: 'json' }>,
  placeOf: (line: number) => RecordPlace,
): AsyncGenerator<readonly InputRecord[]> {
  switch (content.kind) {
    case 'other':
      yield [{ kind: 'other', form: content.form, place: placeOf(0) }];
      return;
    case 'unreadable':
      yield [brokenOff(placeOf(0), content.error)];
      return;
    case 'csv': {
      const { csvRows } = await import('./csv-rows.ts');
      try {
        for await (const rows of csvRows(content.chunks))
          yield rows.flatMap(({ cells, line }) =>
            recordsInCsvRow(cells).map((found) => inputRecord(found, placeOf(line))),
          );
      } catch (error) {
        yield [brokenOff(placeOf(0), error)];
      }
    }
  }
}

function brokenOff(place: RecordPlace, error: unknown): InputRecord {
  return { kind: 'malformed', problem: unreadable(error).problem, place };
}

/** Gives the place of a line, which is counted from 1 where the source begins; 0 stands for the input as a whole. */
export function placesIn(source: InputSource, member?: string): (line: number) => RecordPlace {
  const inside = member === undefined ? '' : `!/${member}`;
  if (source.kind === 'stdin') return (line) => ({ path: `<stdin>${inside}`, line });
  const { path, part, name = path } = source;
  if (part === undefined) return (line) => ({ path: `${name}${inside}`, line });
  return (line) => ({
    path: name,
    // Few places are looked at, and what stands before the part has to be read for it. An own property: it is sent between threads.
    get line() {
      return line === 0 ? 0 : line + linesBefore(path, part);
    },
  });
}

/** Why an input cannot be read to its end, about the input as a whole. */
export function unreadable(error: unknown): JsonFault {
  if (error instanceof UnreadableInputError) return { line: 0, problem: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { line: 0, problem: `it cannot be read to its end: ${reason}` };
}

async function* readPieces(
  chunks: AsyncIterable<Buffer>,
  oneALine: boolean,
): AsyncGenerator<readonly (JsonPiece | JsonFault)[]> {
  let batch: (JsonPiece | JsonFault)[] = [];
  const splitter = new JsonSplitter(
    { piece: (piece) => batch.push(piece), fault: (fault) => batch.push(fault) },
    { oneALine },
  );
  function taken(): readonly (JsonPiece | JsonFault)[] {
    const pieces = batch;
    batch = [];
    return pieces;
  }
  let failure: JsonFault | undefined;
  try {
    for await (const chunk of chunks) {
      splitter.push(chunk);
      if (batch.length > 0) yield taken();
    }
  } catch (error) {
    failure = unreadable(error);
  }
  splitter.end();
  yield failure === undefined ? taken() : [...taken().filter(isWhole), failure];
}

/** What breaks off where its input does has the same cause, which is told once. */
function isWhole(piece: JsonPiece | JsonFault): boolean {
  function placeOf(line: number): RecordPlace {
    return { path: '', line };
  }
  return !('problem' in piece) && recordsOf(piece, placeOf).every(({ kind }) => kind !== 'malformed');
}

/** The records in a piece of input. */
export function recordsOf(
  piece: JsonPiece | JsonFault,
  placeOf: (line: number) => RecordPlace,
): readonly InputRecord[] {
  return recordsOfPiece(piece, placeOf, 0);
}

function recordsOfPiece(
  piece: JsonPiece | JsonFault,
  placeOf: (line: number) => RecordPlace,
  depth: number,
): readonly InputRecord[] {
  const place = placeOf(piece.line);
  if ('problem' in piece) return [{ kind: 'malformed', problem: piece.problem, place }];
  let value: JsonValue;
  try {
    value = parseJson(piece.bytes.toString('utf8'));
  } catch {
    return recordsAmongText(piece.bytes, place) ?? [noJson(piece.bytes, place)];
  }
  if (depth < mostRepetitions && holdsList(value)) return recordsOfLists(piece, placeOf, depth);
  return recordsIn(value).map((found) => inputRecord(found, place, piece.bytes));
}

/** A record that is broken, or text that never was one: the line of another log, or what stands around a record in its line. */
function noJson(bytes: Buffer, place: RecordPlace): InputRecord {
  const isMeantAsJson = /^\s*(?:\{|"|\[\s*[[{"])|(?:eventName|eventTime|eventID|eventSource|userIdentity)\b/.test(
    bytes.toString('utf8'),
  );
  return isMeantAsJson ? malformedAt(place, 'it is no valid JSON', bytes) : { kind: 'other', form: 'text', place };
}

/** `2026-03-01T10:00:00Z host {...}`, as collectors and `aws logs tail` write lines; null where a line holds no record. */
function recordsAmongText(bytes: Buffer, place: RecordPlace): readonly InputRecord[] | null {
  return recordsInText(bytes.toString('utf8'))?.map((each) => inputRecord(each, place, bytes)) ?? null;
}

/** An envelope may name its list twice, and parsing would let the last one win: it is cut into its elements instead. */
function recordsOfLists(
  { bytes, line }: JsonPiece,
  placeOf: (line: number) => RecordPlace,
  depth: number,
): readonly InputRecord[] {
  const records: InputRecord[] = [];
  function take(piece: JsonPiece | JsonFault): void {
    for (const record of recordsOfPiece(piece, placeOf, depth + 1)) records.push(record);
  }
  const splitter = new JsonSplitter({ piece: take, fault: take }, { line });
  splitter.push(bytes);
  splitter.end();
  return records;
}

function holdsList(value: JsonValue): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    streamedListKeys.some((key) => Array.isArray((value as { readonly [key: string]: JsonValue })[key]))
  );
}

function inputRecord(found: FoundForm, place: RecordPlace, bytes?: Buffer): InputRecord {
  if (found instanceof MalformedRecordError) return malformedAt(place, found.problem, bytes, found.eventId);
  return found.kind === 'other' ? { kind: 'other', form: found.form, place } : { kind: 'found', found, place };
}

function malformedAt(place: RecordPlace, problem: string, bytes?: Buffer, eventId?: string): InputRecord {
  return {
    kind: 'malformed',
    problem,
    place,
    ...(bytes === undefined ? {} : { text: bytes.subarray(0, keptBytes).toString('utf8') }),
    ...(eventId === undefined ? {} : { eventId }),
  };
}
