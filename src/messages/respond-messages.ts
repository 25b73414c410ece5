import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ActionOutcome } from '../model/action-result.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { NeedCode } from '../model/case-state.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import type { ActionType } from '../model/action.ts';

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
  readonly outcome: ActionOutcome | 'skipped' | 'stopped';
  readonly detail: string;
  /** Why a person is needed, where one is. */
  readonly need?: NeedCode;
}

export interface RespondResult {
  readonly planDigest: Digest;
  readonly actions: readonly RespondedAction[];
  readonly ended: 'contained' | 'partly-contained' | 'failed' | 'unknown' | 'stopped';
}

export interface RespondProgress {
  readonly actions: readonly RespondedAction[];
  readonly running: { readonly actionId: string; readonly step: string } | null;
  readonly stopRequestedBy: string | null;
}

/** Any permitted person may stop a response; it needs no plan, and ends between two steps. */
export const stop = defineUpdate<{ readonly stopping: boolean }, [{ readonly requestedBy: string }]>('stop');
export const progress = defineQuery<RespondProgress>('progress');
