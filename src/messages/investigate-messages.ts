import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Said } from '../approval/policy.ts';
import type { CaseState, LostBy, NeedCode, Verdict } from '../model/case-state.ts';
import type { DecisionOutcome, SignedDecision } from '../model/decision.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import type { Severity } from '../model/severity.ts';

export interface InvestigateInput {
  readonly caseId: CaseId;
  /** Carried through continue-as-new: what a new run must know and the store does not decide. */
  readonly resumed?: CaseMemory;
  /** How the run before was lost, with what it remembered: this one starts from what the store knows. */
  readonly takenUp?: LostBy;
  /** The run that handed its memory on: no other run's is believed. */
  readonly resumedFrom?: string;
}

/** The plan that a case has presented last. */
export interface PlanInHand {
  readonly digest: Digest;
  readonly version: number;
  readonly actionIds: readonly string[];
  /** Null where there is nothing to decide but to reject it. */
  readonly expiresAt: Instant | null;
  readonly watchMs: number;
  readonly standing: 'open' | 'decided' | 'expired';
  /** It only replaces keys: nothing is open any more, and declining it closes the case as contained. */
  readonly replaces?: boolean;
}

/** A decision that was accepted under the plan in hand. */
export interface HeldDecision {
  readonly signed: SignedDecision;
  readonly said: Said;
}

/** What came of looking at the case anew, as a person had asked. */
export interface LastLook {
  /** Counted, so that whoever asked finds its own. */
  readonly count: number;
  /** `presented`: a fresh plan; `unchanged`: the plan in hand says all of it; `nothing-to-do`: no plan could do anything more. */
  readonly outcome: 'presented' | 'unchanged' | 'nothing-to-do';
  /** The plan that was made; of one that is not presented, what it leaves to people is told. */
  readonly plan: Digest | null;
}

/** All credentials and identities of the case are being watched. */
export interface Watch {
  /** The plan that was carried out; null where others closed what was open. */
  readonly planDigest: Digest | null;
  readonly respondedFrom: Instant;
  readonly verifiedAt: Instant;
  readonly until: Instant;
}

/** A case that is rung again and again is looked at less and less often. */
export interface LookPace {
  /** When the latest look ended; null before the first. */
  readonly lookedAt: Instant | null;
  /** So long after it, rings wait; doubled while they keep coming. */
  readonly pauseMs: number;
  /** The shortest pause, from configuration. */
  readonly shortestMs: number;
}

/** A look that is under way. */
export interface LookProgress {
  readonly pieces: number;
  /** Known so far: more may follow from these. */
  readonly of: number;
}

/** All that a case remembers from one run to the next. */
export interface CaseMemory {
  readonly state: CaseState;
  readonly openedAt: Instant;
  readonly alertCount: number;
  readonly severity: Severity;
  readonly tags: readonly string[];
  readonly planVersion: number;
  readonly plan: PlanInHand | null;
  readonly watch: Watch | null;
  /** A response of the case has done something. */
  readonly acted?: boolean;
  /** Accepted under the plan in hand, in the order in which they came; the policy says what they suffice for. */
  readonly decisions: readonly HeldDecision[];
  /** Accepted decisions by ID, with the digest of what they say: the server forgets update IDs with each run. */
  readonly accepted: Readonly<Record<string, Digest>>;
  /** Refusals under the plan in hand, by proved approver. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly lastLook: LastLook | null;
  /** The doorbell rang, and the alerts are not claimed yet. */
  readonly rung: boolean;
  /** When alerts that come may be looked at. */
  readonly pace: LookPace;
}

export interface InvestigateResult {
  readonly caseId: CaseId;
  /** Null where the case was merged into another. */
  readonly verdict: Verdict | null;
  readonly mergedInto?: CaseId;
}

/** A doorbell: it carries nothing, the case claims its alerts from the store. */
export const alertsArrived = defineSignal('alertsArrived');
/** Judged in the handler, so that a refusal is recorded; the validator looks at size and shape only. */
export const decide = defineUpdate<DecisionOutcome, [SignedDecision]>('decide');
/**
 * Its response tells the case that it cannot find out whether a key that it made is live, and with null that it can again.
 * The case needs a person meanwhile, and stays open as long as the response runs.
 */
export const responseHeld = defineSignal<[{ readonly why: NeedCode; readonly detail: string } | null]>('responseHeld');
/** Asks for a fresh plan after one has expired. */
export const replan = defineUpdate<{ readonly accepted: boolean }, [ReplanRequest]>('replan');
export interface ReplanRequest {
  readonly requestedBy: string;
  readonly reason?: string;
}

/** Small: no event, no plan content. */
export interface CaseSummary {
  readonly caseId: CaseId;
  readonly state: CaseState;
  readonly planVersion: number;
  readonly planDigest: Digest | null;
  readonly lastLook: LastLook | null;
  readonly alertCount: number;
  readonly openedAt: Instant;
  /** Null where the case is not looked at now. */
  readonly look: LookProgress | null;
  /** True while an accepted decision is being carried out by a child workflow. */
  readonly responseWorkflowId: string | null;
}
export const summary = defineQuery<CaseSummary>('summary');
