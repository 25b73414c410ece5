import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Instant } from '../../model/ids.ts';
import {
  begunKinds,
  isBegun,
  type Register,
  type RegisterEntry,
  registerEntrySchema,
  registerKeyOf,
} from '../../response/register.ts';
import { ResponderStopped } from '../../response/responder-stopped.ts';
import { writeOnce } from './write-once.ts';
import { instantSchema } from '../../validation/branded-texts.ts';
import { makeFolder } from '../files/make-folder.ts';

const beginningSchema = z.object({ since: instantSchema });

/**
 * The {@link Register} of one machine: a folder that only its owner can read, with a file for each entry that is written once, on
 * disk before it is acted on, and never changed. Several processes may share it.
 */
export function fileRegister(folder: string, now: () => Instant): Register {
  const entries = join(folder, 'entries');
  function fileOf(key: string, kind: string) {
    return join(entries, `${kind}-${createHash('sha256').update(key).digest('hex')}.json`);
  }
  function kindOf(key: string) {
    return key.slice(0, key.indexOf('/'));
  }

  async function usable<T>(act: () => Promise<T>): Promise<T> {
    try {
      await makeFolder(entries);
      return await act();
    } catch (error) {
      if (error instanceof ResponderStopped) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResponderStopped('register-unusable', `the register in ${folder} cannot be used (${reason}).`, {
        cause: error,
      });
    }
  }

  async function readEntry(file: string): Promise<RegisterEntry | null> {
    const text = await textOrNull(file);
    return text === null ? null : registerEntrySchema.parse(JSON.parse(text));
  }

  return {
    since: () =>
      usable(async () => {
        const file = join(folder, 'since.json');
        await writeOnceUnlessThere(file, JSON.stringify({ since: now() }));
        return beginningSchema.parse(JSON.parse(await readFile(file, 'utf8'))).since;
      }),
    spend: (entry) =>
      usable(async () => {
        const file = fileOf(registerKeyOf(entry), entry.kind);
        if (await writeOnce(file, JSON.stringify(entry))) return { entry, fresh: true };
        const standing = await readEntry(file);
        if (standing === null) throw new Error(`${file} was there and is gone`);
        return { entry: standing, fresh: false };
      }),
    find: (key) => usable(() => readEntry(fileOf(key, kindOf(key)))),
    begun: () =>
      usable(async () => {
        const names = (await readdir(entries)).filter((name) => begunKinds.some((kind) => name.startsWith(`${kind}-`)));
        const read = await Promise.all(names.map((name) => readEntry(join(entries, name))));
        return read.filter((entry) => entry !== null).filter(isBegun);
      }),
  };
}

async function textOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function writeOnceUnlessThere(file: string, content: string): Promise<void> {
  if ((await textOrNull(file)) === null) await writeOnce(file, content);
}
