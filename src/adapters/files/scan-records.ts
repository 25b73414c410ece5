import { readSync } from 'node:fs';
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
  /** What follows is of another content of the input, at whose beginning {@link ScannedRecord.origin} begins to count. */
  content?(): void;
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

/**
 * Records of an input that stand in known places: what {@link scanRecords} found there, and little else is read.
 *
 * @param places by content, in the order in which {@link ScanHandlers.content} told of them: begin and end of each record, in order.
 */
export async function scanPlaces(
  source: InputSource & { kind: 'file' },
  places: ReadonlyMap<number, Uint32Array>,
  handlers: ScanHandlers,
  memory: ScanMemory,
): Promise<void> {
  const file = await open(source.path);
  try {
    const start = source.part?.start ?? 0;
    if (source.part !== undefined || isPlainJson(await startOf(file)))
      placesOfInput(source, handlers, memory).fromFile(file, start, places.get(0) ?? new Uint32Array(0));
    else await scanPlacesOfContents(source, places, handlers, memory);
  } finally {
    await file.close();
  }
}

async function scanPlacesOfContents(
  source: InputSource,
  places: ReadonlyMap<number, Uint32Array>,
  handlers: ScanHandlers,
  memory: ScanMemory,
): Promise<void> {
  let position = 0;
  for await (const content of inputContents(source, () => {})) {
    if (content.kind !== 'json') continue;
    const wanted = places.get(position);
    position += 1;
    const placed = placesOfInput(source, handlers, memory);
    // What is not wanted has to be unpacked all the same.
    if (wanted === undefined) for await (const _chunk of content.chunks);
    else await placed.fromChunks(content.chunks, wanted);
  }
}

async function scanContents(source: InputSource, handlers: ScanHandlers, memory: ScanMemory): Promise<void> {
  for await (const content of inputContents(source, (bytes) => handlers.bytes?.(bytes))) {
    const placeOf = placesIn(source, content.member);
    if (content.kind === 'json') {
      handlers.content?.();
      await scanChunks(content.chunks, new ScannedInput(placeOf, isBehindLine(source), handlers, memory));
    } else
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
    handlers.content?.();
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

function placesOfInput(source: InputSource, handlers: ScanHandlers, memory: ScanMemory): PlacedRecords {
  return new PlacedRecords(new ScannedInput(placesIn(source), false, handlers, memory), memory);
}

/** Places closer than this are read at once. */
const nearBytes = 32 * 1024;
const listStart = Buffer.from('[');
const listComma = Buffer.from(',');
const listEnd = Buffer.from(']');

/** Hands records from here and there to a scanner, as a list of them. */
class PlacedRecords {
  readonly #input: ScannedInput;
  readonly #memory: ScanMemory;
  #separator = listStart;

  constructor(input: ScannedInput, memory: ScanMemory) {
    this.#input = input;
    this.#memory = memory;
  }

  fromFile({ fd }: FileHandle, origin: number, places: Uint32Array): void {
    for (let first = 0; first < places.length;) {
      const from = places[first] ?? 0;
      let next = first + 2;
      while (
        next < places.length &&
        this.#isNear(from, places[next - 1] ?? 0, places[next] ?? 0, places[next + 1] ?? 0)
      )
        next += 2;
      const bytes = this.#read(fd, origin + from, (places[next - 1] ?? 0) - from);
      for (; first < next; first += 2) {
        this.#begin();
        this.#input.push(bytes.subarray((places[first] ?? 0) - from, (places[first + 1] ?? 0) - from));
      }
    }
    this.#end();
  }

  async fromChunks(chunks: AsyncIterable<Buffer>, places: Uint32Array): Promise<void> {
    let origin = 0;
    let next = 0;
    for await (const chunk of chunks) {
      const end = origin + chunk.length;
      for (; next < places.length && (places[next] ?? 0) < end; next += 2) {
        const [from = 0, until = 0] = places.subarray(next, next + 2);
        if (from >= origin) this.#begin();
        this.#input.push(chunk.subarray(Math.max(0, from - origin), until - origin));
        // The rest of the record is in the next chunk.
        if (until > end) break;
      }
      origin = end;
    }
    this.#end();
  }

  #isNear(from: number, end: number, next: number, nextEnd: number): boolean {
    return next - end <= nearBytes && nextEnd - from <= chunkBytes;
  }

  #read(fd: number, position: number, length: number): Buffer {
    const [chunk] = this.#memory.chunks;
    const room = length <= chunk.length ? chunk : Buffer.allocUnsafe(length);
    return room.subarray(0, readSync(fd, room, 0, length, position));
  }

  #begin(): void {
    this.#input.push(this.#separator);
    this.#separator = listComma;
  }

  #end(): void {
    if (this.#separator === listStart) return;
    this.#input.push(listEnd);
    this.#input.end();
  }
}
