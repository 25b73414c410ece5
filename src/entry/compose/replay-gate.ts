import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replayOpenWorkflows } from '../../adapters/temporal/replay-open-workflows.ts';
import type { Config } from '../config/config.ts';
import type { TemporalClients } from './connections.ts';
import { makeFolder } from '../../adapters/files/make-folder.ts';

/** Digest of the workflow bundle that open workflows were last replayed against. */
function noteIn(dataDir: string): string {
  return join(dataDir, 'temporal', 'replayed-bundle');
}

/**
 * Before work is taken with a bundle that is not the last one's, every open workflow is replayed against it: a new version must be
 * able to go on with what is open.
 *
 * @returns how many were replayed; null where the bundle is the last one's.
 * @throws ReplayMismatchError naming each that does not fit
 */
export async function passReplayGate(
  { dataDir }: Config,
  bundleFile: string,
  { polling, cases, workerDataConverter }: Pick<TemporalClients, 'polling' | 'cases' | 'workerDataConverter'>,
): Promise<number | null> {
  const note = noteIn(dataDir);
  const digest = createHash('sha256')
    .update(await readFile(bundleFile))
    .digest('hex');
  if ((await readFile(note, 'utf8').catch(() => undefined)) === digest) return null;
  let replayed = 0;
  for (const client of [polling, cases]) replayed += await replayOpenWorkflows(client, workerDataConverter, bundleFile);
  await makeFolder(dirname(note));
  await writeFile(note, digest, { mode: 0o600 });
  return replayed;
}
