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

const pinoWarning = 40;

/** A last line as a person reads it; of a log's line its message, where it is about trouble at all. */
export function saidOfTrouble(line: string): readonly string[] {
  let logged: unknown;
  try {
    logged = JSON.parse(line);
  } catch {
    return [line];
  }
  if (typeof logged !== 'object' || logged === null || !('level' in logged)) return [line];
  const isTrouble = typeof logged.level === 'number' && logged.level >= pinoWarning;
  return isTrouble && 'msg' in logged && typeof logged.msg === 'string' ? [logged.msg] : [];
}

const firstWaitMs = 500;
const longestWaitMs = 30_000;
function longer(waitMs: number): number {
  return Math.min(waitMs * 2, longestWaitMs);
}

/** Starts a process and keeps it running; a first start that fails is the caller's, later ones are tried again with longer and longer waits. */
export async function supervise<P extends ServerProcess>(options: SuperviseOptions<P>): Promise<Supervised<P>> {
  const { name, pidFile, start, onLine } = options;
  const stopping = new AbortController();
  const first = await start(undefined);
  await writePidFile(pidFile, first.pid);
  let current: P = first;

  async function startAgain(waitMs: number): Promise<P | undefined> {
    await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return undefined;
    try {
      const next = await start(first);
      await writePidFile(pidFile, next.pid);
      return next;
    } catch (error) {
      onLine(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      return startAgain(longer(waitMs));
    }
  }

  async function watch(): Promise<void> {
    for (let waitMs = firstWaitMs; ;) {
      const startedAt = Date.now();
      const how = await current.ended;
      if (stopping.signal.aborted) return;
      // Only one that ran for a while was well.
      waitMs = Date.now() - startedAt > longestWaitMs ? firstWaitMs : longer(waitMs);
      onLine(
        [
          `${name} ended (${how}); starting it again in ${waitMs / 1_000} s`,
          ...current.lastLines().slice(-3).flatMap(saidOfTrouble),
        ].join('\n'),
      );
      const next = await startAgain(waitMs);
      if (next === undefined) return;
      current = next;
      // It was being started when the stop came.
      if (stopping.signal.aborted) return current.stop();
    }
  }
  const watching = watch();

  return {
    first,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watching;
      await rm(pidFile, { force: true });
    },
  };
}
