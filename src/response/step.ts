import type { JsonObject } from '../model/json.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import type { AnyAction } from '../model/action.ts';
import type { JournalMark, JournalRow } from './action-journal.ts';
import type { Protected } from './guards.ts';
import type { AccountHands, Clock } from './ports.ts';
import type { StepMemory } from './step-memory.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';

/** One step's rows of the journal. */
export interface StepJournal {
  rows(): Promise<readonly JournalRow[]>;
  mark(
    mark: JournalMark,
    data: JsonObject,
    awsRequestIds: readonly string[],
    attempt?: number,
  ): Promise<{ readonly row: JournalRow; readonly written: boolean }>;
}

/** How long a step waits for AWS to show what happened, in milliseconds. */
export interface StepLimits {
  /**
   * After a lost answer: how long before what IAM lists is believed, and anything removed. IAM is eventually consistent, and
   * a worker taken for dead may still be at it: longer than two requests may take.
   */
  readonly settleMs: number;
  /** After a lost answer: how long CloudTrail is given to show who made an unexpected key. */
  readonly trailProofTimeoutMs: number;
  /** How long to wait between two looks. */
  readonly lookAgainMs: number;
  /** How long the new secret is tried to be stored again, where storing fails for a while, before its key is removed. */
  readonly storeAgainForMs: number;
}

export interface StepContext<A extends AnyAction = AnyAction> {
  readonly action: A;
  readonly caseId: CaseId;
  readonly intentId: string;
  readonly hands: AccountHands;
  readonly journal: StepJournal;
  readonly clock: Clock;
  readonly limits: StepLimits;
  readonly guarded: Protected;
  readonly memory: StepMemory;
  /** False where the action was begun too long ago: then it is looked at and tidied up, and nothing new is begun. */
  readonly mayChange: boolean;
}

/** What a step saw or did: for the journal, by IDs and digests. */
export interface StepFacts {
  /** Digest of the state that was seen. */
  readonly state: Digest;
  readonly detail: string;
  readonly data: JsonObject;
  readonly awsRequestIds: readonly string[];
}

export type StepCheck =
  | ({ readonly kind: 'go' } & StepFacts)
  /** The step's goal is reached already: nothing is called. */
  | ({ readonly kind: 'already-so' } & StepFacts);

/** A step's three parts over the ports; each may be run again, but for `call` of a step that is `onceOnly`. */
export interface ActionStep<A extends AnyAction = AnyAction> {
  /** @throws StepBlocked where the step cannot be taken. */
  check(context: StepContext<A>): Promise<StepCheck>;
  call(context: StepContext<A>, checked: JournalRow): Promise<StepFacts>;
  /** @throws StepPending while AWS does not show it yet. */
  verify(context: StepContext<A>): Promise<StepFacts>;
  /**
   * Only in a step that is `onceOnly`: finds out what an attempt with a lost answer left behind, and removes what is ours
   * and of no use.
   *
   * @throws StepPending while AWS does not show it yet; SettlingHeld where something keeps it from going on. Nothing else ends it.
   */
  settle?(context: StepContext<A>): Promise<StepSettlement>;
}

export interface StepSettlement {
  /** `stored`: the step's work is done; `nothing` and `removed`: it may be tried again. */
  readonly found: 'stored' | 'nothing' | 'removed';
  readonly detail: string;
  /** Unexpected keys that others made; they are left alone. */
  readonly foreign: readonly string[];
}

/** The step cannot be taken; trying again changes nothing. */
export class StepBlocked extends TrailhoundError {
  override readonly name = 'StepBlocked';
  override readonly code = 'step-blocked';
}

/** What keeps settling from going on, and which keys of the action may be live meanwhile. */
export interface HeldUp {
  /** A sentence of ours, with what to do. */
  readonly why: string;
  /** Access key IDs, as far as they are known. */
  readonly mayBeLive: readonly string[];
  /** True where it will pass by itself, as far as can be told. */
  readonly passing: boolean;
}

/** Settling cannot go on for now; it is tried on, and until it ends a key may be live whose secret nobody has. */
export class SettlingHeld extends TrailhoundError {
  override readonly name = 'SettlingHeld';
  override readonly code = 'settling-held';
  readonly held: HeldUp;

  constructor(held: HeldUp, options?: ErrorOptions) {
    super(held.why, options);
    this.held = held;
  }
}

/** Not yet: look again after the given time. */
export class StepPending extends TrailhoundError {
  override readonly name = 'StepPending';
  override readonly code = 'step-pending';
  readonly lookAgainMs: number;

  constructor(message: string, lookAgainMs: number) {
    super(message);
    this.lookAgainMs = lookAgainMs;
  }
}

/** An attempt's answer was lost: what it left behind must be settled before the step is tried again. */
export class NeedsSettling extends TrailhoundError {
  override readonly name = 'NeedsSettling';
  override readonly code = 'needs-settling';
}
