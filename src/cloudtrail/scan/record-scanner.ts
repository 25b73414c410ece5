import { type BesideList, objectBesideList } from './beside-list.ts';
import { recordTimeMs } from '../record-time.ts';
import { JsonBytes } from './json-bytes.ts';
import {
  codedKey,
  innerKeys,
  innerPaths,
  isKeyInView,
  listKey,
  noKey,
  streamedListKeys,
  topKeys,
  type KeyTable,
} from './record-keys.ts';
import { plainTimeLength, plainTimeMs } from './plain-time.ts';
import { pathIndex, ScannedRecord } from './scanned-record.ts';

export interface RecordHandlers {
  /** A record as CloudTrail writes it, with name, time and ID. It is valid until the call returns. */
  record(record: ScannedRecord): void;
  /** Any other object: an ECS document, a LookupEvents item, a record that needs a closer look. Valid until the call returns. */
  other(bytes: Buffer, line: number): void;
}

export interface ScannerStart {
  /** The input begins behind an object that had a line for itself. */
  readonly byLine?: boolean;
  /** To be used for the input, as long as it is enough; whatever it holds. */
  readonly memory?: Buffer;
}

/** Where the scanner met what it cannot scan; whoever goes on with the rest has to know what was open there. */
export interface UnscannedRest {
  readonly bytes: Buffer;
  /** What a reader of the rest has to be given first: the brackets that are open, with a key that means the same. */
  readonly opening: '' | '[' | '{"Records":[' | '{"Records":[]';
  /** Objects stood one a line so far. */
  readonly byLine: boolean;
  readonly line: number;
}

/** An object that is not complete within this many bytes is left to a reader that does not hold it at once. */
const maxObjectBytes = 64 * 1024 * 1024;

const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;
const newline = 0x0a;

const nameIndex = pathIndex('eventName');
const idIndex = pathIndex('eventID');
const timeIndex = pathIndex('eventTime');
/** Shorter names and IDs may be one of the texts that stand for "no value". */
const leastLength = 5;

/** What a step came to: the scan goes on, it needs more input, or it met what it cannot scan. */
type Step = 'on' | 'more' | 'stuck';
type Place = 'root' | 'list' | 'list-in-object' | 'behind-list';

const openings = {
  root: '',
  list: '[',
  'list-in-object': '{"Records":[',
  'behind-list': '{"Records":[]',
} as const;

/**
 * Finds the records in JSON as it comes in parts: `{"Records": [...]}`, bare lists, objects one after the other or one a line.
 * Syntax is checked as strictly as a parser would, but nothing is parsed: what a record holds is read when it is asked for.
 *
 * It knows sound input only. At the first byte that is anything else it stops, and the rest is for another reader.
 */
export class RecordScanner {
  readonly #handlers: RecordHandlers;
  readonly #json = new JsonBytes();
  readonly #record = new ScannedRecord();
  #bytes: Buffer;
  #view: DataView;
  #place: Place = 'root';
  /** The last object at the root had a line for itself. */
  #lastOnOneLine: boolean;
  #afterElement = false;
  /** Where the rest begins that is not scanned yet. */
  #at = 0;
  #line = 1;
  /** Up to where lines are counted. */
  #countedTo = 0;

  constructor(handlers: RecordHandlers, { byLine = false, memory = Buffer.alloc(1) }: ScannerStart = {}) {
    this.#handlers = handlers;
    this.#lastOnOneLine = byLine;
    this.#bytes = memory;
    this.#view = viewOf(memory);
    this.#json.bytes = memory;
  }

  /** What the input stands in; when it is at its end, another scanner may use it. */
  get memory(): Buffer {
    return this.#bytes;
  }

  /** Room for so many bytes of input, behind what is not scanned yet; it is to be filled and told by {@link advance}. */
  reserve(length: number): Buffer {
    this.#countLines(this.#at);
    const rest = this.#json.end - this.#at;
    // The byte behind the input is always 0.
    const needed = rest + length + 1;
    const room = needed <= this.#bytes.length ? this.#bytes : Buffer.allocUnsafe(Math.max(needed, 2 * rest));
    this.#bytes.copy(room, 0, this.#at, this.#json.end);
    this.#bytes = room;
    this.#view = viewOf(room);
    this.#json.bytes = room;
    this.#json.end = rest;
    this.#record.origin += this.#at;
    this.#at = 0;
    this.#countedTo = 0;
    return room.subarray(rest, rest + length);
  }

  /**
   * Scans every object that is complete with so many bytes of the room.
   *
   * @returns The rest, where the scanner met what it cannot scan; then it takes no more.
   */
  advance(length: number): UnscannedRest | null {
    this.#json.end += length;
    this.#bytes[this.#json.end] = 0;
    return this.#scan() === 'stuck' ? this.#rest() : null;
  }

  /** Ends the input. @returns What is left of it, where it is not complete. */
  finish(): UnscannedRest | null {
    return this.#at < this.#json.end || this.#place !== 'root' ? this.#rest() : null;
  }

  #rest(): UnscannedRest {
    this.#countLines(this.#at);
    const opening = openings[this.#place];
    const { end } = this.#json;
    // Behind an element its comma may follow, and the reader has to see an element before it.
    const behindElement = this.#afterElement && this.#place !== 'root' && this.#place !== 'behind-list';
    const bytes = Buffer.from(this.#bytes.subarray(this.#at, end));
    const byLine = this.#place === 'root' && this.#lastOnOneLine;
    return { bytes: behindElement ? withoutComma(bytes) : bytes, opening, byLine, line: this.#line };
  }

  #scan(): Step {
    for (;;) {
      const start = this.#json.skipSpace(this.#at);
      if (start >= this.#json.end) {
        this.#at = start;
        return 'more';
      }
      this.#at = start;
      const step = this.#scanNext();
      if (step !== 'on') {
        this.#at = start;
        return step;
      }
    }
  }

  /** Over one object, or one mark between objects. */
  #scanNext(): Step {
    switch (this.#place) {
      case 'root':
        return this.#scanRoot();
      case 'list':
      case 'list-in-object':
        return this.#scanListItem();
      case 'behind-list':
        return this.#scanBehindList();
    }
  }

  #scanRoot(): Step {
    const byte = this.#json.bytes[this.#at];
    if (byte === openBrace) return this.#scanObject(true);
    if (byte === openBracket) return this.#enterList(this.#at, 'list');
    // A byte order mark may stand at the start of a file.
    if (byte !== 0xef || this.#json.bytes[this.#at + 1] !== 0xbb || this.#json.bytes[this.#at + 2] !== 0xbf)
      return 'stuck';
    this.#at += 3;
    return 'on';
  }

  #enterList(bracket: number, place: 'list' | 'list-in-object'): Step {
    this.#place = place;
    this.#afterElement = false;
    this.#at = bracket + 1;
    return 'on';
  }

  #scanListItem(): Step {
    const byte = this.#json.bytes[this.#at];
    if (byte === closeBracket) {
      this.#place = this.#place === 'list' ? 'root' : 'behind-list';
      this.#at += 1;
      return 'on';
    }
    if (!this.#afterElement) return byte === openBrace ? this.#scanObject(false) : 'stuck';
    if (byte !== comma) return 'stuck';
    this.#afterElement = false;
    this.#at += 1;
    return 'on';
  }

  /** Over another key of an object that had a list of records, which may have another one, or over its end. */
  #scanBehindList(): Step {
    const json = this.#json;
    const byte = json.bytes[this.#at];
    if (byte === closeBrace) {
      this.#place = 'root';
      this.#at += 1;
      return 'on';
    }
    if (byte !== comma) return 'stuck';
    const key = json.skipSpace(this.#at + 1);
    const keyEnd = json.bytes[key] === quote ? json.skipString(key) : -1;
    const mark = keyEnd < 0 ? key : json.skipSpace(keyEnd);
    const value = json.bytes[mark] === colon ? json.skipSpace(mark + 1) : mark;
    if (value > mark && json.bytes[value] === openBracket && this.#isListKey(key, keyEnd))
      return this.#enterList(value, 'list-in-object');
    const end = value > mark ? json.skipValue(value) : -1;
    if (end < 0) return json.end - this.#at < maxObjectBytes ? 'more' : 'stuck';
    this.#handBeside(key, end, 'behind');
    this.#at = end;
    return 'on';
  }

  /** What stands beside lists, where it can hold records. */
  #handBeside(start: number, end: number, place: BesideList): void {
    const beside = objectBesideList(this.#bytes.subarray(start, end), place);
    if (beside === null) return;
    this.#countLines(start);
    this.#handlers.other(beside, this.#line);
  }

  #isListKey(start: number, end: number): boolean {
    return streamedListKeys.includes(JSON.parse(this.#bytes.toString('utf8', start, end)) as string);
  }

  /** Scans an object as a record; at the root it may turn out to be one around a list. */
  #scanObject(atRoot: boolean): Step {
    const json = this.#json;
    const record = this.#record;
    const start = this.#at;
    record.begin(this.#bytes, start);
    this.#isRecord = true;
    this.#list = -1;
    const end = this.#scanMembers(start, topKeys, atRoot ? 0 : 1);
    if (this.#list >= 0) {
      this.#handBeside(start, this.#list, 'before');
      return this.#enterList(this.#list, 'list-in-object');
    }
    if (end < 0) return json.stoppedAt >= json.end && json.end - start < maxObjectBytes ? 'more' : 'stuck';
    record.end = end;
    this.#at = end;
    if (atRoot) this.#lastOnOneLine = this.#hasOwnLine(start, end);
    this.#afterElement = true;
    if (this.#isRecord && this.#isComplete()) this.#handlers.record(record);
    else {
      this.#countLines(start);
      this.#handlers.other(this.#bytes.subarray(start, end), this.#line);
    }
    return 'on';
  }

  #hasOwnLine(start: number, end: number): boolean {
    const next = this.#bytes.indexOf(newline, start);
    return next >= end && next <= this.#json.skipSpace(end);
  }

  /** No key said that it is something else. */
  #isRecord = true;
  /** Where the list of a root object begins. */
  #list = -1;

  /** Over an object whose keys are looked at; the offset behind it, or -1. Depth 0 is the root, where lists of records are. */
  #scanMembers(start: number, keys: KeyTable, depth: number): number {
    const json = this.#json;
    const bytes = this.#bytes;
    const view = this.#view;
    let at = json.skipSpace(start + 1);
    if (bytes[at] === closeBrace) return at + 1;
    let last = keys.start;
    for (;;) {
      if (bytes[at] !== quote) return this.#stop(at);
      const expected = last.next;
      if (expected !== undefined && isKeyInView(expected, view, at + 1, json.end)) {
        last = expected;
        at += expected.name.length + 1;
      } else {
        const key = at + 1;
        json.coded = false;
        at = json.skipString(at);
        if (at < 0) return -1;
        const found = json.coded ? codedKey : keys.find(bytes, key, at - 1);
        if (!json.coded && last !== codedKey) last.next = found;
        last = found;
      }
      const { meaning } = last;
      if (bytes[at] !== colon) at = json.skipSpace(at);
      if (bytes[at] !== colon) return this.#stop(at);
      const value = json.skipSpace(at + 1);
      if (meaning === listKey && depth === 0 && bytes[value] === openBracket) {
        this.#list = value;
        return -1;
      }
      at = meaning < 0 ? json.skipValue(value) : this.#scanKnown(value, meaning, depth);
      if (at < 0) return -1;
      if (meaning < noKey) this.#isRecord = false;
      if (bytes[at] !== comma) at = json.skipSpace(at);
      if (bytes[at] === closeBrace) return at + 1;
      if (bytes[at] !== comma) return this.#stop(at);
      at = json.skipSpace(at + 1);
    }
  }

  /** Over the value of a path, which is noted. */
  #scanKnown(start: number, path: number, depth: number): number {
    const json = this.#json;
    const { starts, ends, coded } = this.#record;
    const inner = innerKeys[path];
    let end: number;
    if (inner === undefined) {
      json.coded = false;
      end = json.skipValue(start);
      coded[path] = json.coded ? 1 : 0;
      // Whoever parses the record makes a text of an integer that is longer than a number can be.
      if (end - start >= longIntegerLength && isNumberStart(json.bytes[start])) this.#isRecord = false;
    } else {
      // What is inside is not noted here, so it has to count as coded.
      coded[path] = 1;
      // Of a key that comes twice the last counts, with its inside.
      for (const other of innerPaths[path] ?? []) starts[other] = -1;
      if (json.bytes[start] === openBrace) end = this.#scanMembers(start, inner, depth + 2);
      else {
        // An object that was written as text is told from others by whoever parses it.
        if (json.bytes[start] === quote) this.#isRecord = false;
        end = json.skipValue(start);
      }
    }
    starts[path] = start;
    ends[path] = end;
    return end;
  }

  #stop(at: number): -1 {
    this.#json.stoppedAt = at;
    return -1;
  }

  /** Name, ID and time are there, as plain text. */
  #isComplete(): boolean {
    return this.#lengthOf(nameIndex) >= leastLength && this.#lengthOf(idIndex) >= leastLength && this.#hasTime();
  }

  /** Characters of a plain text; 0 where the path has something else. */
  #lengthOf(path: number): number {
    const { starts, ends, coded } = this.#record;
    const start = starts[path] ?? -1;
    if (start < 0 || coded[path] !== 0 || this.#json.bytes[start] !== quote) return 0;
    return (ends[path] ?? start) - start - 2;
  }

  /** The common form is taken at sight, and noted; every other one is read. */
  #hasTime(): boolean {
    const record = this.#record;
    const isPlain = this.#lengthOf(timeIndex) === plainTimeLength;
    const start = (record.starts[timeIndex] ?? 0) + 1;
    record.timeMs = isPlain ? plainTimeMs(this.#json.bytes, start) : Number.NaN;
    return !Number.isNaN(record.timeMs) || this.#isReadableTime();
  }

  #isReadableTime(): boolean {
    const text = this.#record.text(timeIndex);
    return text !== undefined && recordTimeMs(text) !== undefined;
  }

  #countLines(to: number): void {
    for (let at = this.#bytes.indexOf(newline, this.#countedTo); at >= 0 && at < to;) {
      this.#line += 1;
      at = this.#bytes.indexOf(newline, at + 1);
    }
    this.#countedTo = to;
  }
}

/** 2^53 has so many digits. */
const longIntegerLength = 16;

function isNumberStart(byte = 0): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The comma behind an element has no element before it any more. */
function withoutComma(bytes: Buffer): Buffer {
  return bytes[0] === comma ? bytes.subarray(1) : bytes;
}
