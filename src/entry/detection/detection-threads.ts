import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { ThreadReport, ThreadTask } from './thread-messages.ts';

/** Below this size a thread would still be loading rules when all is read. */
const threadsFromBytes = 24 * 1024 * 1024;

/** Threads beside the main one that take sources from the same list. */
export interface DetectionThreads {
  readonly next: ThreadTask['next'];
  /** Hands on what threads have reported and will report; resolves when all have ended. */
  collect(onReport: (report: ThreadReport) => void): Promise<void>;
}

/** How many threads are worth their while, the main one included. */
export function usefulThreads(sources: readonly InputSource[], wanted = availableParallelism()): number {
  const bytes = sources.reduce((sum, source) => sum + (source.kind === 'file' ? source.bytes : 0), 0);
  if (bytes < threadsFromBytes || sources.some(({ kind }) => kind === 'stdin')) return 1;
  return Math.max(1, Math.min(wanted, sources.length));
}

/**
 * Starts so many threads beside the main one. They load the rules themselves, so it is best done before the main one does.
 *
 * @param count 0 where the main thread does everything.
 */
export function startThreads(count: number, task: Omit<ThreadTask, 'next'>): DetectionThreads {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const reports: ThreadReport[] = [];
  let onReport = (report: ThreadReport): void => void reports.push(report);
  const ended = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./judge-thread.ts', import.meta.url), { workerData: { ...task, next } });
    worker.on('message', (report: ThreadReport) => onReport(report));
    return endOf(worker);
  });
  // An error before anybody collects is told to whoever collects.
  const all = Promise.all(ended);
  all.catch(() => {});
  return {
    next,
    async collect(collector) {
      onReport = collector;
      for (const report of reports.splice(0)) collector(report);
      await all;
    },
  };
}

function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a detection thread ended with code ${code}`));
    });
  });
}
