import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { LoggedCandidates } from '../../detection/candidate-log.ts';
import {
  sharedCounter,
  type CountsById,
  type CountTask,
  type SharedCounter,
  type ThreadMessage,
  type ThreadReport,
  type ThreadTask,
} from './thread-messages.ts';

/** Below this size a thread would still be loading rules when all is read. */
const threadsFromBytes = 24 * 1024 * 1024;

/** Threads beside the main one, with the same rules. */
export interface DetectionThreads {
  /** Of the sources: all threads take them from the same list. */
  readonly next: SharedCounter;
  /** Hands on what threads have reported and will report; resolves with what each has kept, when all have judged. */
  judged(onReport: (report: ThreadReport) => void): Promise<readonly LoggedCandidates[]>;
  /** Lets all count alerts when they have judged. */
  count(task: CountTask): Promise<readonly CountsById[]>;
  /** Ends them; until then they keep the process alive. */
  end(): Promise<void>;
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
  const next = sharedCounter();
  const reports: ThreadReport[] = [];
  let onReport = (report: ThreadReport): void => void reports.push(report);
  const threads = Array.from({ length: count }, () => startThread({ ...task, next }, (report) => onReport(report)));
  return {
    next,
    async judged(collector) {
      onReport = collector;
      for (const report of reports.splice(0)) collector(report);
      return await Promise.all(threads.map(({ judged }) => judged));
    },
    count: (asked) => Promise.all(threads.map((thread) => thread.count(asked))),
    async end() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

interface DetectionThread {
  readonly judged: Promise<LoggedCandidates>;
  count(task: CountTask): Promise<CountsById>;
  end(): Promise<unknown>;
}

function startThread(task: ThreadTask, onReport: (report: ThreadReport) => void): DetectionThread {
  const worker = new Worker(new URL('./judge-thread.ts', import.meta.url), { workerData: task });
  const judged = Promise.withResolvers<LoggedCandidates>();
  const counted = Promise.withResolvers<CountsById>();
  const fail = (error: unknown): void => {
    judged.reject(error);
    counted.reject(error);
  };
  // An error before anybody asks is told to whoever asks.
  for (const { promise } of [judged, counted]) promise.catch(() => {});
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a detection thread ended with code ${code}`)));
  worker.on('message', (message: ThreadMessage) => {
    if (message.kind === 'report') onReport(message.report);
    else if (message.kind === 'judged') judged.resolve(message.logged);
    else counted.resolve(message.counts);
  });
  return {
    judged: judged.promise,
    count(asked) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- ports between threads have none
      worker.postMessage(asked);
      return counted.promise;
    },
    end: () => worker.terminate(),
  };
}
