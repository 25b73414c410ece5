import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { processIdentity } from './process-identity.ts';
import { makeFolder } from '../files/make-folder.ts';

/** A process, told apart from any later one with the same number. */
const processRefSchema = z.object({ pid: z.int().positive(), identity: z.string() });
export type ProcessRef = z.infer<typeof processRefSchema>;

async function refOf(pid: number): Promise<ProcessRef> {
  return { pid, identity: (await processIdentity(pid)) ?? '' };
}

/** Writes down a process of ours, so that a later run finds it where this one was killed. */
export async function writePidFile(file: string, pid: number): Promise<void> {
  await makeFolder(dirname(file));
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(await refOf(pid)), { mode: 0o600 });
  await rename(unfinished, file);
}

async function read(file: string): Promise<ProcessRef | undefined> {
  try {
    return processRefSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The process of a pid file where it still runs; the same number given to another process is not it. */
export async function runningProcess(file: string): Promise<number | undefined> {
  const ref = await read(file);
  return ref !== undefined && (await processIdentity(ref.pid)) === ref.identity ? ref.pid : undefined;
}

/** Ends the process that an earlier, killed run left behind, by `signal` and then SIGKILL; removes the file. */
export async function endLeftover(file: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<'none' | 'ended'> {
  const pid = await runningProcess(file);
  if (pid === undefined) {
    await rm(file, { force: true });
    return 'none';
  }
  process.kill(pid, signal);
  for (let waitedMs = 0; (await runningProcess(file)) !== undefined; waitedMs += 50) {
    if (waitedMs === 10_000) process.kill(pid, 'SIGKILL');
    await delay(50);
  }
  await rm(file, { force: true });
  return 'ended';
}

/**
 * Takes a lock file for this process; a lock of a process that is gone is taken over.
 * @returns the process that holds it, or undefined where it is ours now
 */
export async function takeLock(file: string): Promise<number | undefined> {
  await makeFolder(dirname(file));
  const own = JSON.stringify(await refOf(process.pid));
  for (;;) {
    try {
      await writeFile(file, own, { flag: 'wx', mode: 0o600 });
      return undefined;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = await runningProcess(file);
    if (holder !== undefined) return holder;
    // Moved aside first: of two that find it stale, one moves it; the other finds the first one's lock or none.
    const aside = `${file}.${process.pid}`;
    await rename(file, aside).catch(() => undefined);
    if ((await runningProcess(aside)) !== undefined) await rename(aside, file).catch(() => undefined);
    await rm(aside, { force: true });
  }
}
