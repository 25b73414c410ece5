import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes a file that is not there yet, whole and on disk before it returns, or finds that it is there. Of several processes, one
 * writes it; one that is killed leaves it whole or not at all.
 *
 * @returns true where it was written now.
 */
export async function writeOnce(file: string, content: string | Uint8Array): Promise<boolean> {
  const folder = dirname(file);
  const unfinished = join(folder, `.unfinished-${randomUUID()}`);
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return await linkOnce(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await syncFolder(folder);
  }
}

/** A link, unlike a rename, never takes the place of what is there. */
async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A new name in a folder is on disk when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
