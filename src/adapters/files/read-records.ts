import { createReadStream } from 'node:fs';
import type { JsonValue } from '../../model/json.ts';
import { type FoundRecord, recordsIn } from '../../cloudtrail/record-forms.ts';
import { MalformedRecordError } from '../../cloudtrail/malformed-record-error.ts';
import { brokenGzipError, gunzipped, isBrokenGzip, isGzip, tellingBytes, UnreadableInputError } from './gzip-input.ts';
import { isBehindLine, type InputSource } from './input-paths.ts';
import { JsonSplitter, type JsonFault, type JsonPiece } from './json-splitter.ts';
import { linesBefore } from './part-lines.ts';

/** Where something was read. */
export interface RecordPlace {
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
    };

const chunkBytes = 1 << 20;
/** So much of what is malformed is handed on. */
const keptBytes = 1 << 16;

/**
 * The records of an input, in batches as they come; the input may be larger than memory. Gzip is recognised by its first
 * bytes. What is malformed stands among the records; an input that cannot be read to its end closes with such an entry.
 *
 * @param onBytes told how much of the input was read, in bytes as they lie there, for progress.
 */
export async function* readRecords(
  source: InputSource,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<readonly InputRecord[]> {
  const placeOf = placesIn(source);
  for await (const pieces of readPieces(source, onBytes)) yield pieces.flatMap((piece) => recordsOf(piece, placeOf));
}

/** Gives the place of a line, which is counted from 1 where the source begins; 0 stands for the input as a whole. */
export function placesIn(source: InputSource): (line: number) => RecordPlace {
  if (source.kind === 'stdin') return (line) => ({ path: '<stdin>', line });
  const { path, part } = source;
  if (part === undefined) return (line) => ({ path, line });
  return (line) => ({
    path,
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
  source: InputSource,
  onBytes: (bytes: number) => void,
): AsyncGenerator<readonly (JsonPiece | JsonFault)[]> {
  let batch: (JsonPiece | JsonFault)[] = [];
  const splitter = new JsonSplitter(
    { piece: (piece) => batch.push(piece), fault: (fault) => batch.push(fault) },
    { oneALine: isBehindLine(source) },
  );
  const taken = (): readonly (JsonPiece | JsonFault)[] => {
    const pieces = batch;
    batch = [];
    return pieces;
  };
  let failure: JsonFault | undefined;
  try {
    for await (const chunk of uncompressed(source, onBytes)) {
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
  const placeOf = (line: number): RecordPlace => ({ path: '', line });
  return !('problem' in piece) && recordsOf(piece, placeOf).every(({ kind }) => kind === 'found');
}

/**
 * The input's bytes in parts; gzip is recognised by its first bytes.
 *
 * @throws UnreadableInputError where it is cut, damaged or not what it is named, after all that could be read.
 */
export async function* uncompressed(source: InputSource, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const chunks = counted(source.kind === 'stdin' ? process.stdin : streamOf(source), onBytes);
  const first = await chunks.next();
  if (first.done === true) return;
  const start = first.value.subarray(0, tellingBytes);
  if (source.kind === 'file' && isBrokenGzip(source.path, start)) throw brokenGzipError();
  const all = prepended(first.value, chunks);
  yield* isGzip(start) ? gunzipped(all) : all;
}

function streamOf({ path, part }: InputSource & { kind: 'file' }): AsyncIterable<unknown> {
  const range = part === undefined ? {} : { start: part.start, end: part.end - 1 };
  return createReadStream(path, { highWaterMark: chunkBytes, ...range });
}

async function* counted(stream: AsyncIterable<unknown>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    onBytes(bytes.length);
    yield bytes;
  }
}

async function* prepended(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** The records in a piece of input. */
export function recordsOf(
  piece: JsonPiece | JsonFault,
  placeOf: (line: number) => RecordPlace,
): readonly InputRecord[] {
  const place = placeOf(piece.line);
  if ('problem' in piece) return [{ kind: 'malformed', problem: piece.problem, place }];
  const malformed = (problem: string): InputRecord => {
    const text = piece.bytes.subarray(0, keptBytes).toString('utf8');
    return { kind: 'malformed', problem, place, text };
  };
  let value: JsonValue;
  try {
    value = JSON.parse(piece.bytes.toString('utf8')) as JsonValue;
  } catch {
    return [malformed('it is no valid JSON')];
  }
  return recordsIn(value).map((found) =>
    found instanceof MalformedRecordError ? malformed(found.problem) : { kind: 'found', found, place },
  );
}
