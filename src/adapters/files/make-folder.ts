import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/*
 * Not `mkdir` with `recursive`: that never ends where the system answers that a folder is missing whose parent is there, as `/proc` does.
 */

/**
 * Makes a folder, and those above it that are missing, closed to others unless `mode` says otherwise.
 *
 * @throws what the system answers, where it cannot be made or is no folder
 */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  await mkdir(path, { mode }).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(path))) throw error;
  });
}

/** {@link makeFolder} for who cannot wait. */
export function makeFolderSync(path: string, mode = 0o700): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) makeFolderSync(dirname(path), mode);
  mkdirSync(path, { mode });
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
