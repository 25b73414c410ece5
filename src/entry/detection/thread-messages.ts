import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { RecordPlace } from '../../adapters/files/read-records.ts';
import { logParts, type LoggedCandidates } from '../../detection/offline/candidate-log.ts';
import type { ExceptionStatement } from '../../detection/exceptions/exception.ts';
import type { HeldBack } from '../../detection/exceptions/with-exceptions.ts';
import type { TakePart } from '../../detection/offline/offline.ts';
import type { GatheredFacts } from '../investigate/case-facts.ts';
import type { GatheredEvents, WantedEvents } from '../investigate/gathered-events.ts';
import type { OtherValues } from './reading-report.ts';
import type { SentRule } from './sent-rule.ts';

/** The lines of one part's alerts, in order, as threads hand them to each other; each column has a place for every line. */
export interface AlertLines {
  readonly part: number;
  readonly timesMs: Float64Array<ArrayBuffer>;
  /** Positions in the rule set. */
  readonly ruleIndexes: Uint32Array<ArrayBuffer>;
  /** Where each line ends in the bytes. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A number that threads count up together: the next of some things that nobody has taken. */
export type SharedCounter = Int32Array<SharedArrayBuffer>;

/** What a thread needs to judge as the main thread does. */
export interface JudgeTask {
  /** The rules that run, in their order. */
  readonly rules: readonly SentRule[];
  readonly exceptions: readonly ExceptionStatement[];
  readonly mmdb: readonly string[];
  /** What alerts say of their events is kept. */
  readonly keepsAbout: boolean;
  readonly sources: readonly InputSource[];
  /** Of the sources. */
  readonly next: SharedCounter;
  /** What an investigation needs is kept as well. */
  readonly investigates?: boolean;
}

/** What a thread has kept of what it judged. */
export interface Judged {
  readonly logged: LoggedCandidates;
  /** Absent where nobody investigates. */
  readonly facts?: GatheredFacts;
}

/** Events of cases that are looked for when it is known which: they are read once more, by the thread that has judged their source. */
export interface GatherTask {
  readonly mmdb: readonly string[];
  readonly sources: readonly InputSource[];
  readonly wanted: WantedEvents;
  /** All that the records of the intruders' calls say is kept as well. */
  readonly keepsDocuments: boolean;
}

/** What threads do together when all have judged: settle the parts of these logs, each taking the next that nobody has. */
export interface PartsTask {
  readonly logs: readonly LoggedCandidates[];
  readonly next: SharedCounter;
}

export type ThreadOrder =
  | { readonly kind: 'judge'; readonly task: JudgeTask }
  | { readonly kind: 'count'; readonly task: PartsTask }
  | { readonly kind: 'lines'; readonly task: PartsTask }
  | { readonly kind: 'gather'; readonly task: GatherTask };

/** A record, or an input as a whole, that cannot be read. */
export interface MalformedInput {
  readonly place: RecordPlace;
  readonly problem: string;
  readonly eventId: string | undefined;
}

/** What a thread tells from time to time. */
export interface ThreadReport {
  readonly records: number;
  readonly bytes: number;
  readonly malformed: readonly MalformedInput[];
  readonly others: readonly OtherValues[];
  readonly heldBack: readonly HeldBack[];
}

/** How many alerts rules have, by rule ID. */
export type CountsById = ReadonlyMap<string, number>;

export type ThreadMessage =
  | { readonly kind: 'report'; readonly report: ThreadReport }
  | { readonly kind: 'judged'; readonly judged: Judged }
  | { readonly kind: 'gathered'; readonly gathered: GatheredEvents }
  | { readonly kind: 'counted'; readonly counts: CountsById }
  | { readonly kind: 'lines'; readonly lines: AlertLines }
  | { readonly kind: 'all-lines' };

export function sharedCounter(): SharedCounter {
  return new Int32Array(new SharedArrayBuffer(4));
}

export function takeNext(counter: SharedCounter): number {
  return Atomics.add(counter, 0, 1);
}

/** The parts that are taken by counting up. */
export function partsOf(next: SharedCounter): TakePart {
  return () => {
    const part = takeNext(next);
    return part < logParts ? part : undefined;
  };
}
