import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ActionOutcome, MadeKey } from '../model/action-result.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { NeedCode } from '../model/case-state.ts';
import type { ActionType } from '../model/action.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import type { ActionOutline, Pacing } from '../response/step-request.ts';

export interface RespondInput {
  readonly caseId: CaseId;
  readonly planVersion: number;
  readonly planDigest: Digest;
  /** The chosen actions, in the plan's order. */
  readonly actionIds: readonly string[];
  readonly decisions: readonly SignedDecision[];
}

export interface RespondedAction {
  readonly actionId: string;
  /** Null where the response was refused before its plan was trusted. */
  readonly type: ActionType | null;
  /** `later`: a follow-up takes it when its time has come. */
  readonly outcome: ActionOutcome | 'skipped' | 'stopped' | 'later';
  readonly detail: string;
  /** Why a person is needed, where one is. */
  readonly need?: NeedCode;
  /** Every key that it made, with what became of each. */
  readonly keys?: readonly MadeKey[];
}

/** Takes one action of a plan when its time has come. */
export interface FollowUpInput {
  readonly input: RespondInput;
  readonly outline: ActionOutline;
  readonly pacing: Pacing;
}

export interface RespondResult {
  readonly planDigest: Digest;
  readonly actions: readonly RespondedAction[];
  readonly ended: 'contained' | 'partly-contained' | 'failed' | 'unknown' | 'stopped';
}

export interface HeldResponse {
  readonly actionId: string;
  readonly since: Instant;
  readonly why: string;
}

export interface RespondProgress {
  readonly actions: readonly RespondedAction[];
  readonly running: { readonly actionId: string; readonly step: string } | null;
  /** What keeps it from finding out whether a key that it made is live, and since when; it tries on. */
  readonly held: HeldResponse | null;
  readonly stopRequestedBy: string | null;
}

/** Any permitted person may stop a response; it needs no plan, and ends between two steps. */
export const stop = defineUpdate<{ readonly stopping: boolean }, [StopRequest]>('stop');
export interface StopRequest {
  readonly requestedBy: string;
  readonly reason?: string;
}
export const progress = defineQuery<RespondProgress>('progress');
