import type { Instant } from '../model/ids.ts';
import type { ActionResult, StepBoundary } from '../model/action-result.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';

/**
 * What a row says: the four boundaries of every step and, in a step that must not be done twice, `calling` before and `answered`
 * after the call, `removing` before and `removed` after a key of an attempt is deleted, and `settled` when what an attempt left
 * behind is known.
 */
export type JournalMark = StepBoundary | 'calling' | 'answered' | 'removing' | 'removed' | 'settled';

/** A row of an action's journal; once written it is never changed. */
export interface JournalRow {
  readonly intentId: string;
  readonly step: string;
  readonly mark: JournalMark;
  /** 0, but for the marks of attempts. */
  readonly attempt: number;
  readonly at: Instant;
  readonly awsRequestIds: readonly string[];
  /** IDs, states and digests; never a secret. */
  readonly data: JsonObject;
}

/** One workflow execution; a repetition of the same one goes on, any other is refused. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

export interface ActionClaim {
  readonly intentId: string;
  readonly caseId: CaseId;
  readonly planDigest: Digest;
  readonly actionId: string;
  readonly execution: Execution;
  readonly at: Instant;
}

/** Whether the action is this execution's, by the store. When it was begun is told by the register. */
export type ClaimOutcome = 'ours' | 'taken';

/** An action that the store knows. */
export interface JournalledAction {
  readonly intentId: string;
  readonly planDigest: Digest;
  readonly actionId: string;
  readonly caseId: CaseId;
  readonly execution: Execution;
  /** Whether anything was written of it after it was claimed. */
  readonly hasRows: boolean;
  /** The attempts at calls that must not be made twice, of which a row was written before them. */
  readonly attempts: readonly { readonly step: string; readonly attempt: number }[];
}

/**
 * The memory of what was done, which decides what a retry does. It is in the store, for Temporal forgets. Every row that is read was
 * written by the responder: another one stops responses.
 */
export interface ActionJournal {
  /** Takes an action of a plan for one execution; unique by plan digest and action ID. */
  claim(claim: ActionClaim): Promise<ClaimOutcome>;
  /** Every action that was ever claimed. */
  actions(): Promise<readonly JournalledAction[]>;
  /** All rows of a step, oldest first. */
  rowsOf(intentId: string, step: string): Promise<readonly JournalRow[]>;
  /** Writes a row durably; where that mark and attempt has one already, that one stays and is returned. */
  write(row: JournalRow): Promise<{ readonly row: JournalRow; readonly written: boolean }>;
  /** All rows of an action, oldest first. */
  rowsOfAction(intentId: string): Promise<readonly JournalRow[]>;
  /** Writes how an action ended; the first end stays. */
  end(intentId: string, result: ActionResult, at: Instant): Promise<void>;
}
