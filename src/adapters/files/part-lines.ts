import { closeSync, openSync, readSync } from 'node:fs';

/** A stretch of a file that is read by itself: whole lines, each of them a JSON object if the file is sound. */
export interface FilePart {
  /** The offset of its first byte. */
  readonly start: number;
  /** The offset behind its last byte; of the last part infinite, so that a file is read to wherever it ends by then. */
  readonly end: number;
  readonly lines: PartLines;
}

/** How many line breaks each part of a file has, as far as somebody needed it; shared by all parts, across threads. */
export interface PartLines {
  /** Where the parts start, in order. */
  readonly starts: readonly number[];
  /** By the index of the part; {@link uncounted} at first. */
  readonly counts: Int32Array<SharedArrayBuffer>;
}

const uncounted = -1;
const newline = 0x0a;
const chunkBytes = 1 << 20;

export function uncountedLines(starts: readonly number[]): PartLines {
  return { starts, counts: new Int32Array(new SharedArrayBuffer(4 * starts.length)).fill(uncounted) };
}

/** How many lines of the file stand before a part of it. Every byte before it is read for that, once for all parts. */
export function linesBefore(path: string, { start, lines: { starts, counts } }: FilePart): number {
  let lines = 0;
  for (const [index, partStart] of starts.entries()) {
    if (partStart >= start) break;
    let count = Atomics.load(counts, index);
    if (count === uncounted) {
      count = newlinesIn(path, partStart, starts[index + 1] ?? start);
      Atomics.store(counts, index, count);
    }
    lines += count;
  }
  return lines;
}

function newlinesIn(path: string, start: number, end: number): number {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let count = 0;
    for (let position = start; position < end;) {
      const length = readSync(file, chunk, 0, Math.min(chunkBytes, end - position), position);
      if (length === 0) break;
      const read = chunk.subarray(0, length);
      for (let at = read.indexOf(newline); at >= 0; at = read.indexOf(newline, at + 1)) count += 1;
      position += length;
    }
    return count;
  } finally {
    closeSync(file);
  }
}
