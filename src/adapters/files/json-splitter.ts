import { type BesideList, objectBesideList } from '../../cloudtrail/scan/beside-list.ts';
import { streamedListKeys } from '../../cloudtrail/scan/record-keys.ts';

/** A piece of JSON text that is to be one record, or a list or envelope of records. */
export interface JsonPiece {
  readonly bytes: Buffer;
  /** The line on which it starts, from 1. */
  readonly line: number;
}

/** A stretch of input that is no JSON. */
export interface JsonFault {
  readonly line: number;
  readonly problem: string;
}

export interface SplitterEvents {
  piece(piece: JsonPiece): void;
  fault(fault: JsonFault): void;
}

/** What is known of the input before the place where the splitter begins. */
export interface BeforeSplitting {
  /** The line of the first byte, from 1. */
  readonly line?: number;
  /** Objects stood one a line. */
  readonly oneALine?: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const colon = 0x3a;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Envelopes whose list may be larger than memory; their elements are handed on one by one. */
const listKeys: ReadonlySet<string> = new Set(streamedListKeys);
/** With every character escaped, and one more. */
const longestWrittenKey = 6 * Math.max(...streamedListKeys.map(({ length }) => length)) + 1;
/** A value that is larger is not held: it is a fault, and what is behind it is read. */
const mostPieceBytes = 128 * 1024 * 1024;

/**
 * Cuts a stream of JSON text into records without holding more than one of them: a list, `{"Records": [...]}`, LookupEvents
 * output, one record, or any of these one after the other or one a line. It looks at brackets and quotes only; whether a
 * piece is valid JSON is for whoever parses it.
 *
 * A line that breaks off does not take the next one with it: outside lists, what does not close is tried again line by line.
 */
export class JsonSplitter {
  readonly #events: SplitterEvents;
  /** Bytes of the piece that is open, from earlier chunks. */
  #kept: Buffer[] = [];
  #depth = 0;
  /** The depth at which values are records: 0 at the top, 1 in a list, 2 in an envelope's list. */
  #recordDepth = 0;
  #inString = false;
  #escaped = false;
  /** Where the open piece starts in the current chunk; -1 where none is open, 0 where it began in an earlier one. */
  #start = -1;
  #startLine = 1;
  #line: number;
  /** Behind an envelope's list: the rest of the envelope is one piece, where it can hold records. */
  #inTail = false;
  #keyStart = -1;
  /** The beginning of a key that goes on from an earlier chunk. */
  #keyPart = '';
  #key = '';
  /** How much of the open piece is kept; beyond the limit none is. */
  #keptBytes = 0;
  /** A whole record stood on one line, so the others should. */
  #oneALine: boolean;
  #endedWithLine = true;
  #bomChecked = false;

  constructor(events: SplitterEvents, { line = 1, oneALine = false }: BeforeSplitting = {}) {
    this.#events = events;
    this.#line = line;
    this.#oneALine = oneALine;
  }

  push(input: Buffer): void {
    const chunk = this.#withoutBom(input);
    this.#scan(chunk);
  }

  end(): void {
    if (this.#start < 0 && this.#depth === 0) return undefined;
    if (this.#depth === 0 && !this.#inString) return this.#emit(Buffer.alloc(0), 0);
    const rest = Buffer.concat(this.#kept);
    this.#forget();
    if (this.#recordDepth === 0 && !this.#inTail && hasSoundLine(rest)) return this.#retryByLine(rest);
    return this.#events.fault({ line: this.#startLine, problem: 'the input ends in the middle of a JSON value' });
  }

  #withoutBom(chunk: Buffer): Buffer {
    if (this.#bomChecked) return chunk;
    this.#bomChecked = true;
    return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
  }

  #scan(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inString) {
        if (byte === newline) {
          this.#escaped = false;
          this.#line += 1;
          this.#breakAtLine();
        } else if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#closeString(chunk, at);
      } else if (byte > comma && byte < openBracket) {
        if (byte === colon) {
          if (this.#depth === 1) this.#keyStart = -1;
        } else if (this.#depth === this.#recordDepth && this.#start < 0 && !this.#inTail) this.#openPiece(at);
      } else this.#structure(chunk, at, byte);
    }
    this.#endedWithLine = chunk.at(-1) === newline;
    if (this.#start >= 0) {
      this.#keep(chunk.subarray(this.#start));
      this.#start = 0;
    }
    if (this.#keyStart >= 0) {
      this.#keyPart = this.#keyUpTo(chunk, chunk.length);
      this.#keyStart = 0;
    }
  }

  #structure(chunk: Buffer, at: number, byte: number): void {
    switch (byte) {
      case newline:
        this.#line += 1;
        if (this.#depth === this.#recordDepth && this.#start >= 0) this.#emit(chunk, at);
        return;
      case 0x20:
      case 0x09:
      case 0x0d:
        return;
      case quote:
        this.#inString = true;
        if (this.#depth === 1 && this.#recordDepth === 0) this.#beginKey(at + 1);
        if (this.#depth === this.#recordDepth && this.#start < 0 && !this.#inTail) this.#openPiece(at);
        return;
      case openBrace:
        this.#breakAtRecord(chunk, at);
        if (this.#depth === this.#recordDepth && this.#start < 0 && !this.#inTail) this.#openPiece(at);
        this.#depth += 1;
        return;
      case openBracket:
        this.#openList(chunk, at);
        return;
      case closeBrace:
      case closeBracket:
        this.#close(chunk, at);
        return;
      case comma:
        if (this.#depth === this.#recordDepth && this.#start >= 0) this.#emit(chunk, at);
        return;
      default:
        if (this.#depth === this.#recordDepth && this.#start < 0 && !this.#inTail) this.#openPiece(at);
        return;
    }
  }

  #openPiece(at: number): void {
    this.#start = at;
    this.#startLine = this.#line;
    this.#key = '';
  }

  #openList(chunk: Buffer, at: number): void {
    const isTop = this.#depth === 0 && this.#start < 0;
    const isEnvelope = this.#depth === 1 && this.#recordDepth === 0 && listKeys.has(this.#key);
    if (!isTop && !isEnvelope) {
      if (this.#depth === this.#recordDepth && this.#start < 0 && !this.#inTail) this.#openPiece(at);
      this.#depth += 1;
      return;
    }
    if (isEnvelope) this.#emitBeside(chunk, at, this.#inTail ? 'between' : 'before');
    this.#depth += 1;
    this.#recordDepth = this.#depth;
    this.#inTail = false;
    this.#start = -1;
    this.#forget();
  }

  #close(chunk: Buffer, at: number): void {
    if (this.#depth === this.#recordDepth && this.#depth > 0) {
      if (this.#start >= 0) this.#emit(chunk, at);
      this.#depth -= 1;
      this.#inTail = this.#depth > 0;
      this.#recordDepth = 0;
      if (this.#inTail) this.#openPiece(at + 1);
      return;
    }
    if (this.#depth === 0) {
      this.#events.fault({ line: this.#line, problem: 'a bracket closes that was never opened' });
      return;
    }
    this.#depth -= 1;
    if (this.#depth !== this.#recordDepth) return;
    if (this.#inTail) {
      this.#inTail = false;
      this.#emitBeside(chunk, at, 'behind');
      return;
    }
    this.#emit(chunk, at + 1);
    if (this.#recordDepth === 0 && this.#startLine === this.#line) this.#oneALine = true;
  }

  #closeString(chunk: Buffer, at: number): void {
    this.#inString = false;
    if (this.#keyStart < 0) return;
    this.#key = unescaped(this.#keyUpTo(chunk, at));
    this.#keyStart = -1;
  }

  #beginKey(at: number): void {
    this.#keyStart = at;
    this.#keyPart = '';
  }

  /** What there is of the open key, or enough of it to see that it is no key of a list. */
  #keyUpTo(chunk: Buffer, end: number): string {
    const most = this.#keyStart + longestWrittenKey - this.#keyPart.length;
    return this.#keyPart + chunk.toString('latin1', this.#keyStart, Math.min(end, most));
  }

  #emitBeside(chunk: Buffer, end: number, place: BesideList): void {
    this.#emit(chunk, end, (bytes) => objectBesideList(bytes, place));
  }

  #emit(chunk: Buffer, end: number, made: (bytes: Buffer) => Buffer | null = (whole) => whole): void {
    const part = chunk.subarray(this.#start, end);
    this.#start = -1;
    if (this.#keptBytes + part.length > mostPieceBytes) {
      this.#forget();
      const problem = `it is larger than ${mostPieceBytes / 1024 / 1024} MiB in one JSON value`;
      this.#events.fault({ line: this.#startLine, problem });
      return;
    }
    const bytes = made(this.#kept.length === 0 ? part : Buffer.concat([...this.#kept, part]));
    this.#forget();
    if (bytes !== null) this.#events.piece({ bytes, line: this.#startLine });
  }

  #keep(part: Buffer): void {
    this.#keptBytes += part.length;
    if (this.#keptBytes > mostPieceBytes) this.#kept = [];
    else this.#kept.push(part);
  }

  #forget(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }

  /** A raw line break in a text is no JSON: outside a list the line is given up, and reading goes on with the next. */
  #breakAtLine(): void {
    if (this.#recordDepth !== 0 || this.#inTail || this.#start < 0 || this.#startLine !== this.#line - 1) return;
    this.#giveUp('a line breaks off in the middle of a text');
  }

  /** Where records stand one a line, a brace at the start of a line begins the next record, whatever is still open. */
  #breakAtRecord(chunk: Buffer, at: number): void {
    if (!this.#oneALine || this.#recordDepth !== 0 || this.#depth === 0 || this.#inTail || this.#start < 0) return;
    const lineStarts = at === 0 ? this.#endedWithLine : chunk[at - 1] === newline;
    if (lineStarts) this.#giveUp('a line breaks off in the middle of a record');
  }

  #giveUp(problem: string): void {
    this.#events.fault({ line: this.#startLine, problem });
    this.#inString = false;
    this.#depth = 0;
    this.#forget();
    this.#start = -1;
    this.#keyStart = -1;
  }

  /** A value that does not close may be a broken line with sound ones behind it. */
  #retryByLine(rest: Buffer): void {
    for (const [index, line] of rest.toString('utf8').split('\n').entries()) {
      if (line.trim() !== '') this.#events.piece({ bytes: Buffer.from(line), line: this.#startLine + index });
    }
  }
}

/** `\u0052ecords` is a key of a list too. */
function unescaped(key: string): string {
  if (!key.includes('\\')) return key;
  try {
    return String(JSON.parse(`"${key}"`));
  } catch {
    return '';
  }
}

/** Whether a line behind the first one is a JSON object by itself. */
function hasSoundLine(bytes: Buffer): boolean {
  const first = bytes.indexOf(newline);
  if (first < 0) return false;
  return bytes
    .toString('utf8', first + 1)
    .split('\n')
    .some(isSoundLine);
}

/** Whether a line is a JSON object by itself, and nothing else. */
export function isSoundLine(line: string): boolean {
  return line.startsWith('{') && isJson(line);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
