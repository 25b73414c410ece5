import { open, type FileHandle } from 'node:fs/promises';
import type { InputSource } from './input-paths.ts';
import { isSoundLine } from './json-splitter.ts';
import { uncountedLines } from './part-lines.ts';

/** Large enough that opening it is nothing beside reading it, small enough that threads end at about the same time. */
const usualPartBytes = 8 * 1024 * 1024;
/** So far a boundary is looked for; few records need the second step. */
const windowBytes = [64 * 1024, 1024 * 1024];

const newline = 0x0a;
const openBrace = 0x7b;

type FileSource = InputSource & { kind: 'file' };

/**
 * Sources in which each large file of objects one a line is replaced by parts of about `partBytes` bytes, which together
 * are the file. Compressed files, lists and `{"Records": [...]}` are read from their start only, so they stay as they are;
 * and so does what cannot be read, for whoever reads it to say why.
 *
 * In JSON, a line break between `}` and `{` stands between two objects at the root and nowhere else: elements of a list have
 * a comma between them, members a key before them, and a text holds no raw line break (RFC 8259).
 */
export async function fileParts(
  sources: readonly InputSource[],
  partBytes: number = usualPartBytes,
): Promise<readonly InputSource[]> {
  const parts: InputSource[] = [];
  for (const source of sources) {
    if (source.kind === 'file' && source.part === undefined && source.bytes > 2 * partBytes)
      parts.push(...(await partsOf(source, partBytes)));
    else parts.push(source);
  }
  return parts;
}

async function partsOf(source: FileSource, partBytes: number): Promise<readonly FileSource[]> {
  let starts: readonly number[];
  try {
    starts = await partStarts(source, partBytes);
  } catch {
    return [source];
  }
  if (starts.length === 1) return [source];
  const lines = uncountedLines(starts);
  return starts.map((start, index) => {
    const end = starts[index + 1];
    return {
      ...source,
      bytes: (end ?? source.bytes) - start,
      part: { start, end: end ?? Number.POSITIVE_INFINITY, lines },
    };
  });
}

async function partStarts({ path, bytes }: FileSource, partBytes: number): Promise<readonly number[]> {
  const starts = [0];
  const file = await open(path);
  try {
    if (!(await beginsWithSoundLine(file))) return starts;
    for (let boundary = partBytes; boundary < bytes;) {
      const start = await startFrom(file, boundary);
      if (start !== undefined) starts.push(start);
      boundary = (start ?? boundary) + partBytes;
    }
    return starts;
  } finally {
    await file.close();
  }
}

/** Where it does not, it is no file of objects one a line, or one that is read more surely from its start on. */
async function beginsWithSoundLine(file: FileHandle): Promise<boolean> {
  for (const length of windowBytes) {
    const bytes = await readAt(file, 0, length);
    const end = bytes.indexOf(newline);
    if (end >= 0) return isSoundLine(bytes.toString('utf8', 0, end).replace(/^\uFEFF/, ''));
  }
  return false;
}

/** The first place from an offset on where an object begins a line, behind a line that is an object by itself. */
async function startFrom(file: FileHandle, offset: number): Promise<number | undefined> {
  for (const length of windowBytes) {
    const bytes = await readAt(file, offset, length);
    let line = bytes.indexOf(newline) + 1;
    for (let end = bytes.indexOf(newline, line); line > 0 && end >= 0; end = bytes.indexOf(newline, line)) {
      if (bytes[end + 1] === openBrace && isSoundLine(bytes.toString('utf8', line, end))) return offset + end + 1;
      line = end + 1;
    }
  }
  return undefined;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
