import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { GatheredEvents } from '../investigate/gathered-events.ts';
import type {
  AlertLines,
  CountsById,
  GatherTask,
  Judged,
  JudgeTask,
  PartsTask,
  ThreadMessage,
  ThreadOrder,
  ThreadReport,
} from './thread-messages.ts';

/** Below this size a thread would hardly be ready when all is read. */
const threadsFromBytes = 24 * 1024 * 1024;
/** How much more than their size is in gzipped trail files, at least: most shrink to a tenth or less. */
const leastUnpacking = 8;

/** Threads beside the main one. */
export interface DetectionThreads {
  /** Lets all judge: hands on what they report, and resolves with what each has kept. */
  judge(task: JudgeTask, onReport: (report: ThreadReport) => void): Promise<readonly Judged[]>;
  /** Lets all count alerts, when they have judged. */
  count(task: PartsTask): Promise<readonly CountsById[]>;
  /** Lets all make the lines of alerts, when they have judged, and hands them on; resolves when there are no more. */
  lines(task: PartsTask, onLines: (lines: AlertLines) => void): Promise<void>;
  /** Lets all look for the events of cases. */
  gather(task: GatherTask): Promise<readonly GatheredEvents[]>;
  /** Ends them; until then they keep the process alive. */
  end(): Promise<void>;
}

/** How many threads are worth their while, the main one included. */
export function usefulThreads(sources: readonly InputSource[], wanted = availableParallelism()): number {
  const bytes = sources.reduce((sum, source) => sum + contentBytes(source), 0);
  if (bytes < threadsFromBytes || sources.some(({ kind }) => kind === 'stdin')) return 1;
  return Math.max(1, Math.min(wanted, sources.length));
}

/** About how much there is to be judged; unknown of standard input. */
function contentBytes(source: InputSource): number {
  if (source.kind === 'stdin') return 0;
  return source.path.endsWith('.gz') ? leastUnpacking * source.bytes : source.bytes;
}

/**
 * Starts so many threads beside the main one. It takes them as long to be ready as the main one to read rules, so it is best
 * done before.
 *
 * @param count 0 where the main thread does everything.
 */
export function startThreads(count: number): DetectionThreads {
  const threads = Array.from({ length: count }, startThread);
  return {
    judge: (task, onReport) => Promise.all(threads.map((thread) => thread.judge(task, onReport))),
    count: (task) => Promise.all(threads.map((thread) => thread.count(task))),
    async lines(task, onLines) {
      await Promise.all(threads.map((thread) => thread.lines(task, onLines)));
    },
    gather: (task) => Promise.all(threads.map((thread) => thread.gather(task))),
    async end() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

interface DetectionThread {
  judge(task: JudgeTask, onReport: (report: ThreadReport) => void): Promise<Judged>;
  count(task: PartsTask): Promise<CountsById>;
  lines(task: PartsTask, onLines: (lines: AlertLines) => void): Promise<void>;
  gather(task: GatherTask): Promise<GatheredEvents>;
  end(): Promise<unknown>;
}

function startThread(): DetectionThread {
  const worker = new Worker(new URL('./judge-thread.ts', import.meta.url));
  const judged = Promise.withResolvers<Judged>();
  const counted = Promise.withResolvers<CountsById>();
  const allLines = Promise.withResolvers<void>();
  const gathered = Promise.withResolvers<GatheredEvents>();
  let onReport: (report: ThreadReport) => void = () => {};
  let onLines: (lines: AlertLines) => void = () => {};
  const answers = [judged, counted, allLines, gathered];
  function fail(error: unknown): void {
    for (const { reject } of answers) reject(error);
  }
  // An error before anybody asks is told to whoever asks.
  for (const { promise } of answers) promise.catch(() => {});
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a detection thread ended with code ${code}`)));
  worker.on('message', (message: ThreadMessage) => {
    switch (message.kind) {
      case 'report':
        return onReport(message.report);
      case 'judged':
        return judged.resolve(message.judged);
      case 'gathered':
        return gathered.resolve(message.gathered);
      case 'counted':
        return counted.resolve(message.counts);
      case 'lines':
        return onLines(message.lines);
      case 'all-lines':
        return allLines.resolve();
    }
  });
  function send(order: ThreadOrder): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- ports between threads have none
    worker.postMessage(order);
  }
  return {
    judge(task, collector) {
      onReport = collector;
      send({ kind: 'judge', task });
      return judged.promise;
    },
    count(task) {
      send({ kind: 'count', task });
      return counted.promise;
    },
    lines(task, collector) {
      onLines = collector;
      send({ kind: 'lines', task });
      return allLines.promise;
    },
    gather(task) {
      send({ kind: 'gather', task });
      return gathered.promise;
    },
    end: () => worker.terminate(),
  };
}
