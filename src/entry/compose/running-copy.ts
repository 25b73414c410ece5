import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Where the embedded servers of a running `start` can be reached; kept in the data folder, for its owner only. */
const runningCopySchema = z.object({
  pid: z.int(),
  temporalAddress: z.string(),
  temporalUiUrl: z.string().optional(),
  storeUrl: z.string(),
});
export type RunningCopy = z.infer<typeof runningCopySchema>;

function fileIn(dataDir: string): string {
  return join(dataDir, 'running.json');
}

/** No copy runs on the data folder, and the configuration names no servers of its own. */
export class NotRunningError extends TrailhoundError {
  override readonly name = 'NotRunningError';
  override readonly code = 'not-running';
  override readonly remedy =
    'start it with `npm start` in this folder, or name `temporal.address` and `store.url` in a configuration (--config FILE)';
  constructor(dataDir: string) {
    super(`Trailhound is not running on ${dataDir}`);
  }
}

/** What is known of the copy that runs on a data folder, or undefined where none does. */
export function readRunningCopy(dataDir: string): RunningCopy | undefined {
  try {
    return runningCopySchema.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Tells other commands on this data folder how to reach us; in one step, so that none reads a half. */
export async function writeRunningCopy(dataDir: string, copy: RunningCopy): Promise<void> {
  const unfinished = `${fileIn(dataDir)}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(copy), { mode: 0o600 });
  await rename(unfinished, fileIn(dataDir));
}

/** To be called when the servers are stopped. */
export function forgetRunningCopy(dataDir: string): Promise<void> {
  return rm(fileIn(dataDir), { force: true });
}
