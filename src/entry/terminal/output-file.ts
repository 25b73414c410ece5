import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { plainText } from '../../model/safe-text.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** A file that somebody named to write into cannot be written. */
export class OutputFileError extends TrailhoundError {
  override readonly name = 'OutputFileError';
  override readonly code = 'output-file';

  constructor(path: string, cause: unknown) {
    const folder = dirname(path);
    const isFolderMissing = !existsSync(folder);
    const why = isFolderMissing
      ? `there is no folder ${folder}`
      : cause instanceof Error
        ? cause.message
        : String(cause);
    super(`${plainText(path, 400)} is not written: ${plainText(why, 800)}`, {
      cause,
      remedy: isFolderMissing ? 'make the folder, or name a file elsewhere' : 'name a file that this user may write',
    });
  }
}

/**
 * Writes what somebody asked for into the file that they named, in the place of what it held.
 *
 * @param mode who may read it, where it is not there yet
 * @throws OutputFileError
 */
export function writeOutputFile(path: string, text: string, mode = 0o644): void {
  try {
    writeFileSync(path, text, { mode });
  } catch (error) {
    throw new OutputFileError(path, error);
  }
}
