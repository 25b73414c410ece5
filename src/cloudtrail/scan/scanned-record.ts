import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/parse-json.ts';
import { recordPaths, type RecordPath } from './record-keys.ts';
import { TextPool } from './text-pool.ts';

const indexes: ReadonlyMap<string, number> = new Map(recordPaths.map((path, index) => [path, index]));
const nothing = Buffer.alloc(1);
const noTexts: readonly string[] = [];

/** The place of a path in a record's tables. */
export function pathIndex(path: RecordPath): number {
  return indexes.get(path) ?? -1;
}

/**
 * A record whose syntax was checked and some of whose values were found, but of which nothing is made before it is asked for.
 * It is valid until the scanner moves on, which uses the same object again; what it gives out stays valid.
 */
export class ScannedRecord {
  /** What the record stands in. */
  bytes: Buffer = nothing;
  /** How much of the input stood before these bytes. */
  origin = 0;
  start = 0;
  end = 0;
  /** When it happened, where `eventTime` has its common form; NaN where it has to be read. */
  timeMs = Number.NaN;
  /** Where each path's value starts; -1 where there is none. */
  readonly starts = new Int32Array(recordPaths.length);
  readonly ends = new Int32Array(recordPaths.length);
  /** 1 where the value is a string, or has one in it, with an escape or a character beyond ASCII. */
  readonly coded = new Uint8Array(recordPaths.length);
  readonly #pool = new TextPool();
  /** By path: what is written there, where it is ASCII and was asked for. */
  #written: (string | undefined)[] = [];

  begin(bytes: Buffer, start: number): void {
    this.bytes = bytes;
    if (this.#written.length > 0) this.#written = [];
    this.start = start;
    this.starts.fill(-1);
  }

  /** A path's value is there, be it null. */
  has(index: number): boolean {
    return (this.starts[index] ?? -1) >= 0;
  }

  /** How many bytes the text at a path has, with its escapes; -1 where there is none, or something else. */
  textLength(index: number): number {
    const start = this.starts[index] ?? -1;
    return start < 0 || this.bytes[start] !== 0x22 ? -1 : (this.ends[index] ?? start) - start - 2;
  }

  /** The text at a path; `undefined` where there is none, or something else. */
  text(index: number): string | undefined {
    const start = this.starts[index] ?? -1;
    if (start < 0 || this.bytes[start] !== 0x22) return undefined;
    const end = this.ends[index] ?? start;
    if (this.coded[index] === 0) return this.bytes.toString('latin1', start + 1, end - 1);
    return JSON.parse(this.bytes.toString('utf8', start, end)) as string;
  }

  /** The same, in a list, for texts of which there are few, such as names of calls: equal ones are made once. */
  commonTexts(index: number): readonly string[] {
    const start = this.starts[index] ?? -1;
    if (start < 0 || this.bytes[start] !== 0x22) return noTexts;
    if (this.coded[index] === 0) return this.#pool.texts(this.bytes, start + 1, (this.ends[index] ?? start) - 1);
    const text = this.text(index);
    return text === undefined ? noTexts : [text];
  }

  /** The text at a path up to the last of some byte in it, made once as well; none where it has no such byte, or is not ASCII as it stands. */
  commonTextsBefore(index: number, byte: number): readonly string[] {
    const start = this.starts[index] ?? -1;
    if (start < 0 || this.bytes[start] !== 0x22 || this.coded[index] !== 0) return noTexts;
    let end = (this.ends[index] ?? start) - 2;
    while (end > start && this.bytes[end] !== byte) end -= 1;
    return end > start ? this.#pool.texts(this.bytes, start + 1, end) : noTexts;
  }

  /**
   * A path's value has no such key in it, for sure: it is not written there, and nothing written stands for something else.
   *
   * @param keyEnd the end of the key with the quotation mark behind it.
   */
  surelyLacksKey(index: number, keyEnd: string): boolean {
    return this.has(index) && this.coded[index] === 0 && !this.#asWritten(index).includes(keyEnd);
  }

  /** The value at a path, parsed anew each time. */
  json(index: number): JsonValue | undefined {
    if (!this.has(index)) return undefined;
    return parseJson(
      this.coded[index] === 0
        ? this.#asWritten(index)
        : this.bytes.toString('utf8', this.starts[index], this.ends[index]),
    );
  }

  /** What is written at a path, all of it ASCII: kept, for many keys are looked for in it, and a text is searched faster than bytes. */
  #asWritten(index: number): string {
    const written = this.#written[index] ?? this.bytes.toString('latin1', this.starts[index], this.ends[index]);
    this.#written[index] = written;
    return written;
  }

  /** The record as it is written. */
  original(): string {
    return this.bytes.toString('utf8', this.start, this.end);
  }

  /** The whole record, parsed anew each time. */
  parse(): JsonObject {
    return parseJson(this.original()) as JsonObject;
  }
}
