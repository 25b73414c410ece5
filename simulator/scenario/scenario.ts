import type { TrailRecord } from '../cloudtrail-log.ts';
import type { Call } from '../dispatch.ts';
import type { InternalCall, InternalOutcome } from '../internal-call.ts';
import type { OperationResult } from '../operation.ts';
import type { World } from '../world.ts';

/** What a scenario can do to the simulated AWS. */
export interface ScenarioStage {
  readonly world: World;
  readonly now: () => number;
  readonly call: (call: InternalCall) => InternalOutcome;
  /** Puts a record of the past into an account-region's history, visible at once. */
  readonly insertPast: (record: TrailRecord) => void;
  /** The event IDs of all that is in the watched accounts' histories. */
  readonly deliveredEventIds: () => readonly string[];
  readonly save: () => void;
  /** Tells the reader of the terminal what happened. */
  readonly story: (text: string) => void;
}

/** A story that unfolds in the simulated AWS. */
export interface Scenario {
  /** Makes accounts and history in an empty world; not called for a world read back from a file. */
  prepare(stage: ScenarioStage): void;
  /** Begins, or goes on after a restart. */
  start(stage: ScenarioStage): void;
  /** Hears of every answered call. */
  answered(call: Call, result: OperationResult | null): void;
  startAttack(): boolean;
  stop(): void;
}
