import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { RecordPlace } from '../../adapters/files/read-records.ts';
import type { LoggedCandidates } from '../../detection/candidate-log.ts';
import type { ExceptionStatement } from '../../detection/exceptions/exception.ts';
import type { HeldBack } from '../../detection/exceptions/with-exceptions.ts';
import type { SentRule } from './sent-rule.ts';

/** A number that threads count up together: the next of some things that nobody has taken. */
export type SharedCounter = Int32Array<SharedArrayBuffer>;

/** What a thread needs to judge as the main thread does. */
export interface JudgeTask {
  /** The rules that run, in their order. */
  readonly rules: readonly SentRule[];
  readonly exceptions: readonly ExceptionStatement[];
  readonly mmdb: readonly string[];
  readonly sources: readonly InputSource[];
  /** Of the sources. */
  readonly next: SharedCounter;
}

/** What a thread is asked when all have judged: how many alerts there are, in parts that it takes. */
export interface CountTask {
  readonly logs: readonly LoggedCandidates[];
  /** Of the parts. */
  readonly next: SharedCounter;
}

export type ThreadOrder =
  { readonly kind: 'judge'; readonly task: JudgeTask } | { readonly kind: 'count'; readonly task: CountTask };

/** What a thread tells from time to time. */
export interface ThreadReport {
  readonly records: number;
  readonly bytes: number;
  readonly malformed: readonly { readonly place: RecordPlace; readonly problem: string }[];
  readonly heldBack: readonly HeldBack[];
}

/** How many alerts rules have, by rule ID. */
export type CountsById = ReadonlyMap<string, number>;

export type ThreadMessage =
  | { readonly kind: 'report'; readonly report: ThreadReport }
  | { readonly kind: 'judged'; readonly logged: LoggedCandidates }
  | { readonly kind: 'counted'; readonly counts: CountsById };

export function sharedCounter(): SharedCounter {
  return new Int32Array(new SharedArrayBuffer(4));
}

export function takeNext(counter: SharedCounter): number {
  return Atomics.add(counter, 0, 1);
}
