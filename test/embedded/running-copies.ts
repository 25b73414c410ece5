import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';
import { ensureWorkflowBundle } from '../../src/adapters/temporal/workflow-bundle.ts';
import { type FollowedOutput, followOutput } from './followed-output.ts';

/** A copy of Trailhound that `start` runs as a process of its own. */
export interface RunningCopy extends FollowedOutput {
  readonly child: ChildProcess;
}

/** Copies in a folder of their own, and an end of all of them. */
export interface RunningCopies {
  readonly folder: string;
  /** @param config the path of its configuration; without one it simulates AWS. */
  start(dataDir: string, config?: string): RunningCopy;
  /** Deletes the folder and, where root runs this, the clusters outside of it. */
  close(): Promise<void>;
}

/** Ends a process by a signal; resolves to its exit code. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

/** Gets what a start needs, so that starting takes no longer than the servers do. */
export async function prepareCopies(): Promise<RunningCopies> {
  const temporal = await findTemporal(temporalSources(process.env));
  await ensureWorkflowBundle();
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-start-'));
  const started: ChildProcess[] = [];
  return {
    folder,
    start: (dataDir, config = '') => {
      const child = spawn(process.execPath, ['src/entry/cli/main.ts', 'start'], {
        env: { ...process.env, TRAILHOUND_TEMPORAL: temporal, TRAILHOUND_DATA_DIR: dataDir, TRAILHOUND_CONFIG: config },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      started.push(child);
      return { child, ...followOutput(child) };
    },
    close: async () => {
      for (const child of started.splice(0)) await ended(child, 'SIGINT');
      for await (const note of glob('**/postgres-folder', { cwd: folder }))
        await rm((await readFile(join(folder, note), 'utf8')).trim(), { recursive: true, force: true });
      await rm(folder, { recursive: true });
    },
  };
}
