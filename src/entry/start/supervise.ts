import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerProcess } from '../../adapters/embedded/server-process.ts';
import { writePidFile } from '../../adapters/embedded/pid-file.ts';

/** A process that is started again whenever it ends, until it is stopped. */
export interface Supervised<P extends ServerProcess> {
  /** As it was first started; a later one has the same addresses. */
  readonly first: P;
  stop(): Promise<void>;
}

export interface SuperviseOptions<P extends ServerProcess> {
  readonly name: string;
  /** Where a later run finds the process if this one is killed. */
  readonly pidFile: string;
  /** Starts it; given the first one, takes over its addresses. */
  readonly start: (first: P | undefined) => Promise<P>;
  /** Told what happened and that it is being started again. */
  readonly onLine: (line: string) => void;
}

const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** Starts a process and keeps it running; a first start that fails is the caller's, later ones are tried again with longer and longer waits. */
export const supervise = async <P extends ServerProcess>(options: SuperviseOptions<P>): Promise<Supervised<P>> => {
  const { name, pidFile, start, onLine } = options;
  const stopping = new AbortController();
  const first = await start(undefined);
  await writePidFile(pidFile, first.pid);
  let current: P = first;

  const startAgain = async (): Promise<P | undefined> => {
    for (let waitMs = firstWaitMs; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return undefined;
      try {
        return await start(first);
      } catch (error) {
        onLine(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return undefined;
  };

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const how = await current.ended;
      if (stopping.signal.aborted) return;
      onLine([`${name} ended (${how}); starting it again`, ...current.lastLines().slice(-3)].join('\n  '));
      const next = await startAgain();
      if (next === undefined) return;
      current = next;
      await writePidFile(pidFile, next.pid);
    }
  };
  const watching = watch();

  return {
    first,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watching;
      // One that was just being started when the stop came.
      await current.stop();
      await rm(pidFile, { force: true });
    },
  };
};
