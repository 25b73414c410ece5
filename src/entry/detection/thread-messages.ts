import type { InputSource } from '../../adapters/files/input-paths.ts';
import type { RecordPlace } from '../../adapters/files/read-records.ts';
import type { HeldBack } from '../../detection/exceptions/with-exceptions.ts';
import type { CandidateBatch } from '../../detection/candidate-batch.ts';

/** What a thread needs to judge as the main thread does; each loads the rules for itself. */
export interface ThreadTask {
  readonly rules: readonly string[];
  readonly exceptions: readonly string[];
  readonly mmdb: readonly string[];
  readonly sources: readonly InputSource[];
  /** The index of the next source that nobody has taken; threads take sources by adding to it. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** What a thread tells from time to time. */
export interface ThreadReport {
  readonly records: number;
  readonly bytes: number;
  readonly kept: CandidateBatch;
  readonly malformed: readonly { readonly place: RecordPlace; readonly problem: string }[];
  readonly heldBack: readonly HeldBack[];
}
