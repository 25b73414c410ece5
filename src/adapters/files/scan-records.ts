import { open, type FileHandle } from 'node:fs/promises';
import { RecordScanner, type UnscannedRest } from '../../cloudtrail/scan/record-scanner.ts';
import type { ScannedRecord } from '../../cloudtrail/scan/scanned-record.ts';
import { inputContents } from './input-contents.ts';
import { isPlainJson, tellingBytes } from './input-kind.ts';
import { isBehindLine, type InputSource } from './input-paths.ts';
import { JsonSplitter, type JsonFault, type JsonPiece } from './json-splitter.ts';
import type { FilePart } from './part-lines.ts';
import {
  placesIn,
  recordsBesideJson,
  recordsOf,
  unreadable,
  type InputRecord,
  type RecordPlace,
} from './read-records.ts';

export interface ScanHandlers {
  /** A record in CloudTrail's own form, not parsed. It is valid until the call returns. */
  scanned(record: ScannedRecord): void;
  /** A record of another form, or something malformed. */
  read(record: InputRecord): void;
  /** How much of the input was read, in bytes as they lie there. */
  bytes?(bytes: number): void;
}

/** Large enough for the disk, small enough to be in the processor's cache still when it is scanned. */
const chunkBytes = 1024 * 1024;

/** What reading needs of memory, for one input after the other: what is made anew for each has to be found and freed again. */
export class ScanMemory {
  /** One is in use while the other is filled. */
  readonly chunks: readonly [Buffer, Buffer] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  /** What is scanned stands there. */
  scanned: Buffer = Buffer.alloc(1);
}

/**
 * The records of an input, as {@link import('./read-records.ts').readRecords} gives them, but without parsing those that are
 * in CloudTrail's own form. The input may be larger than memory.
 *
 * @param memory used by one input at a time.
 */
export async function scanRecords(
  source: InputSource,
  handlers: ScanHandlers,
  memory: ScanMemory = new ScanMemory(),
): Promise<void> {
  try {
    if (source.kind === 'stdin' || !(await scanPlainFile(source, handlers, memory)))
      await scanContents(source, handlers, memory);
  } catch (error) {
    handlers.read({ kind: 'malformed', problem: unreadable(error).problem, place: placesIn(source)(0) });
  }
}

async function scanContents(source: InputSource, handlers: ScanHandlers, memory: ScanMemory): Promise<void> {
  for await (const content of inputContents(source, (bytes) => handlers.bytes?.(bytes))) {
    const placeOf = placesIn(source, content.member);
    if (content.kind === 'json')
      await scanChunks(content.chunks, new ScannedInput(placeOf, isBehindLine(source), handlers, memory));
    else
      for await (const records of recordsBesideJson(content, placeOf))
        for (const record of records) handlers.read(record);
  }
}

async function scanChunks(chunks: AsyncIterable<Buffer>, input: ScannedInput): Promise<void> {
  try {
    for await (const chunk of chunks) input.push(chunk);
  } catch (error) {
    input.breakOff(error);
    return;
  }
  input.end();
}

/** @returns false where the file is no JSON as it lies there, and nothing of it was taken. */
async function scanPlainFile(
  source: InputSource & { kind: 'file' },
  handlers: ScanHandlers,
  memory: ScanMemory,
): Promise<boolean> {
  const { path, part } = source;
  const file = await open(path);
  try {
    if (part === undefined && !isPlainJson(await startOf(file))) return false;
    const input = new ScannedInput(placesIn(source), isBehindLine(source), handlers, memory);
    await scanChunks(readAhead(), input);
    return true;
  } finally {
    await file.close();
  }

  async function* readAhead(): AsyncGenerator<Buffer> {
    for await (const chunk of chunksAhead(file, memory, part)) {
      handlers.bytes?.(chunk.length);
      yield chunk;
    }
  }
}

/**
 * The chunks of a file or of a part of it, each read while the one before it is in use; a chunk is valid until the next is
 * asked for.
 */
async function* chunksAhead(file: FileHandle, { chunks }: ScanMemory, part?: FilePart): AsyncGenerator<Buffer> {
  const { start, end } = part ?? { start: 0, end: Number.POSITIVE_INFINITY };
  function read(into: Buffer, from: number) {
    return file.read(into, 0, Math.min(chunkBytes, end - from), from);
  }
  let [inUse, ahead] = chunks;
  let { bytesRead } = await read(inUse, start);
  for (let position = start + bytesRead; bytesRead > 0; position += bytesRead) {
    const next = read(ahead, position);
    // Where the consumer stops, nobody waits for it.
    next.catch(() => {});
    yield inUse.subarray(0, bytesRead);
    ({ bytesRead } = await next);
    [inUse, ahead] = [ahead, inUse];
  }
}

async function startOf(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(tellingBytes), 0, tellingBytes, 0);
  return buffer.subarray(0, bytesRead);
}

/** One input: scanned as long as it is sound, and split and parsed from the first place on where it is not. */
class ScannedInput {
  readonly #placeOf: (line: number) => RecordPlace;
  readonly #handlers: ScanHandlers;
  readonly #scanner: RecordScanner;
  readonly #memory: ScanMemory;
  #splitter: JsonSplitter | undefined;
  #brokeOff = false;

  constructor(placeOf: (line: number) => RecordPlace, behindLine: boolean, handlers: ScanHandlers, memory: ScanMemory) {
    this.#placeOf = placeOf;
    this.#handlers = handlers;
    this.#memory = memory;
    this.#scanner = new RecordScanner(
      {
        record: (record) => handlers.scanned(record),
        other: (bytes, line) => this.#take({ bytes, line }),
      },
      { byLine: behindLine, memory: memory.scanned },
    );
  }

  /** The chunk may be used again when the call returns. */
  push(chunk: Buffer): void {
    if (this.#splitter === undefined) {
      chunk.copy(this.#scanner.reserve(chunk.length));
      this.#goOn(this.#scanner.advance(chunk.length));
    } else {
      // The splitter keeps what it is given.
      this.#splitter.push(Buffer.from(chunk));
    }
  }

  /** Ends with what could be read; what breaks off where the input does has the same cause, which is told once. */
  breakOff(error: unknown): void {
    this.#brokeOff = true;
    this.end();
    this.#brokeOff = false;
    this.#take(unreadable(error));
  }

  end(): void {
    if (this.#splitter === undefined) this.#goOn(this.#scanner.finish());
    this.#splitter?.end();
    this.#memory.scanned = this.#scanner.memory;
  }

  /** Lets the splitter go on where the scanner stopped. */
  #goOn(rest: UnscannedRest | null): void {
    if (rest === null) return;
    const take = (piece: JsonPiece | JsonFault): void => this.#take(piece);
    const splitter = new JsonSplitter({ piece: take, fault: take }, { line: rest.line, oneALine: rest.byLine });
    this.#splitter = splitter;
    if (rest.opening !== '') splitter.push(Buffer.from(rest.opening));
    splitter.push(rest.bytes);
  }

  #take(piece: JsonPiece | JsonFault): void {
    for (const record of recordsOf(piece, this.#placeOf))
      if (record.kind !== 'malformed' || !this.#brokeOff) this.#handlers.read(record);
  }
}
