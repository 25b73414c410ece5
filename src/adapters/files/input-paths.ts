import { type Dirent, globSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FilePart } from './part-lines.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** What a command reads: a file, a part of one, or its standard input. */
export type InputSource =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** What people know it by, where that is not its path. */
      readonly name?: string;
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
export class InputPathError extends TrailhoundError {
  override readonly name = 'InputPathError';
  override readonly code = 'input-path';

  constructor(problem: string, remedy: string) {
    super(problem, { remedy });
  }
}

/** Why something below a folder is not read. */
export type LeftOutReason = 'hidden' | 'link-to-folder' | 'broken-link' | 'digest' | 'no-file' | 'denied';

/** Something below a folder that is not read. */
export interface LeftOutInput {
  readonly path: string;
  readonly reason: LeftOutReason;
}

export interface Inputs {
  readonly sources: readonly InputSource[];
  readonly leftOut: readonly LeftOutInput[];
}

/** Trails put digests, which hold no records, beside their logs. */
const digestFolder = 'CloudTrail-Digest';

/**
 * The inputs that paths name: files as they are, folders with all files below them whatever their names, globs, and `-` for standard
 * input.
 *
 * @throws InputPathError where a path names nothing.
 */
export function findInputs(paths: readonly string[]): Inputs {
  const sources = new Map<string, InputSource>();
  const leftOut = new Map<string, LeftOutInput>();
  function leave(left: LeftOutInput): void {
    void leftOut.set(left.path, left);
  }
  for (const path of paths) {
    if (path === '-') sources.set(path, { kind: 'stdin' });
    else
      for (const file of filesAt(path, /./, leave))
        sources.set(file, { kind: 'file', path: file, bytes: sizeOf(file) });
  }
  return { sources: [...sources.values()], leftOut: [...leftOut.values()] };
}

/** The inputs of {@link findInputs}, for whom what is left out is of no interest. */
export function inputSources(paths: readonly string[]): readonly InputSource[] {
  return findInputs(paths).sources;
}

/**
 * The files that a path names: the file itself, all files below a folder whose names fit, or the matches of a glob.
 *
 * @param leave told what below a folder is not looked at.
 * @throws InputPathError where it names nothing.
 */
export function filesAt(
  path: string,
  wanted: RegExp,
  leave: (left: LeftOutInput) => void = () => {},
): readonly string[] {
  const stats = statsOf(path);
  if (stats?.isDirectory() === true) return filesBelow(path, wanted, leave);
  if (stats !== undefined) return [path];
  const matches = /[*?[{]/.test(path) ? globSync(path).toSorted() : [];
  if (matches.length === 0)
    throw new InputPathError(`${path} does not exist`, 'name a file, a folder, a glob, or - for standard input');
  return matches.flatMap((match) => filesAt(match, wanted, leave));
}

/** A file that goes while a folder is looked through is not there when it is read, and told then. */
function sizeOf(file: string): number {
  return statsOf(file)?.size ?? 0;
}

/** What a path leads to; undefined where it leads nowhere: links may lead to each other, or to where nobody lets us look. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function filesBelow(folder: string, wanted: RegExp, leave: (left: LeftOutInput) => void): readonly string[] {
  const files: string[] = [];
  function visit(directory: string, isDigest: boolean): void {
    for (const entry of entriesOf(directory, leave)) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.')) visit(path, isDigest || entry.name === digestFolder);
      else if (isDigest || wanted.test(entry.name)) {
        const reason = isDigest ? 'digest' : reasonToLeave(path, entry);
        if (reason === null) files.push(path);
        else leave({ path, reason });
      }
    }
  }
  visit(folder, false);
  return files;
}

function entriesOf(directory: string, leave: (left: LeftOutInput) => void): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    leave({ path: directory, reason: 'denied' });
    return [];
  }
}

function reasonToLeave(path: string, entry: Dirent): LeftOutReason | null {
  if (entry.name.startsWith('.')) return 'hidden';
  if (entry.isFile()) return null;
  const target = statsOf(path);
  if (target === undefined) return 'broken-link';
  if (target.isFile()) return null;
  return target.isDirectory() ? 'link-to-folder' : 'no-file';
}
