import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CaseState } from '../model/case-state.ts';
import type { DecisionOutcome, SignedDecision } from '../model/decision.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';

export interface InvestigateInput {
  readonly caseId: CaseId;
  /** Carried through continue-as-new: what a new run must know and the store does not decide. */
  readonly resumed?: { readonly planVersion: number };
}

/** A doorbell: it carries nothing, the case claims its alerts from the store. */
export const alertsArrived = defineSignal('alertsArrived');
/** Judged in the handler, so that a refusal is recorded; the validator looks at size and shape only. */
export const decide = defineUpdate<DecisionOutcome, [SignedDecision]>('decide');
/** Asks for a fresh plan after one has expired. */
export const replan = defineUpdate<{ readonly accepted: boolean }, [{ readonly requestedBy: string }]>('replan');

/** Small: no event, no plan content. */
export interface CaseSummary {
  readonly caseId: CaseId;
  readonly state: CaseState;
  readonly planVersion: number;
  readonly planDigest: Digest | null;
  readonly alertCount: number;
  readonly openedAt: Instant;
  /** True while an accepted decision is being carried out by a child workflow. */
  readonly responseWorkflowId: string | null;
}
export const summary = defineQuery<CaseSummary>('summary');
