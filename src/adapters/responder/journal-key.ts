import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeOnce } from './write-once.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { makeFolder } from '../files/make-folder.ts';

const keyBytes = 32;

/** The responder's key of its journal cannot be used. */
export class JournalKeyError extends TrailhoundError {
  override readonly name = 'JournalKeyError';
  override readonly code = 'journal-key';
  override readonly remedy =
    'put the key back that the journal was written with, 32 bytes in base64 (response.journal_key_file)';
}

/**
 * The key by which journal rows are known to be the responder's own.
 *
 * @param make true where it is made if it is not there: on one machine. Where several share a journal, each is given the same.
 * @throws JournalKeyError where there is none, or it is no key.
 */
export async function loadJournalKey(file: string, make: boolean): Promise<Uint8Array> {
  if (make) {
    await makeFolder(dirname(file));
    if ((await textOrNull(file)) === null) await writeOnce(file, `${randomBytes(keyBytes).toString('base64')}\n`);
  }
  const text = await textOrNull(file);
  if (text === null) throw new JournalKeyError(`there is no journal key at ${file}`);
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes) throw new JournalKeyError(`${file} does not hold ${keyBytes} bytes in base64`);
  return key;
}

async function textOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
