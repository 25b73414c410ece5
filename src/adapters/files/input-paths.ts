import { globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FilePart } from './part-lines.ts';

/** What a command reads: a file, a part of one, or its standard input. */
export type InputSource =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Its size; of a part, the part's. */
      readonly bytes: number;
      /** Absent where the file is read as a whole. */
      readonly part?: FilePart;
    }
  | { readonly kind: 'stdin' };

/** Whether a source begins in the middle of a file, behind an object that has a line for itself. */
export function isBehindLine(source: InputSource): boolean {
  return source.kind === 'file' && source.part !== undefined && source.part.start > 0;
}

/** A path that leads to nothing that can be read. */
export class InputPathError extends Error {
  override readonly name = 'InputPathError';
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.remedy = remedy;
  }
}

const recordFile = /\.(?:json|ndjson|jsonl|log)(?:\.gz)?$|\.gz$/;
/** Trails put digests, which hold no records, beside their logs. */
const digestFolder = 'CloudTrail-Digest';

/**
 * The inputs that paths name: files as they are, folders with all record files below them, globs, and `-` for standard input.
 *
 * @throws InputPathError where a path names nothing.
 */
export function inputSources(paths: readonly string[]): readonly InputSource[] {
  const sources = new Map<string, InputSource>();
  for (const path of paths) {
    if (path === '-') sources.set(path, { kind: 'stdin' });
    else
      for (const file of filesAt(path, recordFile))
        sources.set(file, { kind: 'file', path: file, bytes: statSync(file).size });
  }
  return [...sources.values()];
}

/**
 * The files that a path names: the file itself, all files below a folder whose names fit, or the matches of a glob.
 *
 * @throws InputPathError where it names nothing.
 */
export function filesAt(path: string, wanted: RegExp): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return filesBelow(path, wanted);
  if (stats !== undefined) return [path];
  const matches = /[*?[{]/.test(path) ? globSync(path).toSorted() : [];
  if (matches.length === 0)
    throw new InputPathError(`${path} does not exist`, 'name a file, a folder, a glob, or - for standard input');
  return matches.flatMap((match) => filesAt(match, wanted));
}

function filesBelow(folder: string, wanted: RegExp): readonly string[] {
  const files: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== digestFolder && !entry.name.startsWith('.')) visit(path);
      } else if (wanted.test(entry.name) && statSync(path, { throwIfNoEntry: false })?.isFile() === true)
        files.push(path);
    }
  };
  visit(folder);
  return files;
}
