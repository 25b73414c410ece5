/** Where bytes are written, and how far a writer has come. */
export interface ByteCursor {
  readonly bytes: Buffer;
  at: number;
}

/**
 * Bytes that are read again, and how far a reader has come. The bytes are a text, a character each, for many short texts are
 * cut from one faster than they are made from bytes.
 */
export interface WrittenCursor {
  readonly written: string;
  at: number;
}

/** A number or the length of a text takes at most so many bytes. */
const maxNumberBytes = 5;

/** The room that is enough for a text of so many UTF-16 code units. */
export function textRoom(length: number): number {
  return maxNumberBytes + 2 * length;
}

/** Writes a whole number from 0 to 2^31 - 1, small ones in one byte. */
export function writeNumber(cursor: ByteCursor, value: number): void {
  const { bytes } = cursor;
  let left = value;
  while (left > 0x7f) {
    bytes[cursor.at] = (left & 0x7f) | 0x80;
    cursor.at += 1;
    left >>>= 7;
  }
  bytes[cursor.at] = left;
  cursor.at += 1;
}

export function readNumber(cursor: WrittenCursor): number {
  const { written } = cursor;
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = written.charCodeAt(cursor.at);
    cursor.at += 1;
    value |= (byte & 0x7f) << shift;
    if (!(byte > 0x7f)) return value;
  }
}

/** Writes any text, lone surrogates too: one byte a character where all of them fit, two otherwise. Equal texts have equal bytes. */
export function writeText(cursor: ByteCursor, text: string): void {
  const start = cursor.at;
  writeNumber(cursor, text.length * 2);
  const { bytes, at } = cursor;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0xff) {
      cursor.at = start;
      writeWideText(cursor, text);
      return;
    }
    bytes[at + index] = unit;
  }
  cursor.at = at + text.length;
}

function writeWideText(cursor: ByteCursor, text: string): void {
  writeNumber(cursor, text.length * 2 + 1);
  cursor.at += cursor.bytes.write(text, cursor.at, 'utf16le');
}

export function readText(cursor: WrittenCursor): string {
  const mark = readNumber(cursor);
  const text = cursor.written.slice(cursor.at, (cursor.at += charactersOf(mark)));
  return isWide(mark) ? Buffer.from(text, 'latin1').toString('utf16le') : text;
}

export function skipText(cursor: WrittenCursor): void {
  const mark = readNumber(cursor);
  cursor.at += charactersOf(mark);
}

/** The mark before a text: its length, doubled, and one more where its characters take two bytes each. */
function isWide(mark: number): boolean {
  return (mark & 1) === 1;
}

function charactersOf(mark: number): number {
  return isWide(mark) ? mark - 1 : mark >>> 1;
}
