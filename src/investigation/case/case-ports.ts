import type { SignedAcceptance } from '../../model/acceptance.ts';
import type { AlertDetail } from '../../model/alert-detail.ts';
import type { Watch } from '../../messages/investigate-messages.ts';
import type { RespondResult } from '../../messages/respond-messages.ts';
import type { Actor } from '../../model/actor.ts';
import type { CaseStatus, Verdict } from '../../model/case-state.ts';
import type { DecisionOutcome, SignedDecision } from '../../model/decision.ts';
import type { Finding } from '../../model/finding.ts';
import type { AccountId, AlertId, CaseId, Digest, Instant } from '../../model/ids.ts';
import type { Plan } from '../../model/plan.ts';
import type { Severity } from '../../model/severity.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { OpenedPlan } from '../../response/open-plan.ts';
import type { CaseSight } from './case-sight.ts';
import type { GatheredEvidence } from '../evidence/evidence-content.ts';

/** A case as the store knows it: whom it is about, and a mirror of the workflow's status. */
export interface CaseRecord {
  readonly id: CaseId;
  readonly actorKey: string;
  readonly actor: Actor;
  readonly accountId: AccountId;
  readonly status: CaseStatus;
  readonly severity: Severity;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly verdict: Verdict | null;
  /** The older case that goes on, where both turned out to be about one intruder. */
  readonly mergedInto: CaseId | null;
  /** Who works on it, as a person said. */
  readonly assignedTo: string | null;
  readonly alertCount: number;
}

/** An alert as a case shows it. */
export interface CaseAlert {
  readonly id: AlertId;
  readonly ruleId: string;
  readonly ruleDigest: Digest;
  readonly ruleName: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly eventRefs: readonly EventRef[];
  readonly detail: AlertDetail;
  readonly eventTime: Instant;
  readonly at: Instant;
  readonly claimedAt: Instant | null;
}

/** Which cases are wanted; all conditions must hold. */
export interface CaseFilter {
  readonly accountId?: string;
  /** Part of the actor's key or of what it is about; upper and lower case are the same. */
  readonly actor?: string;
  /** A rule's ID, or a part of its name. */
  readonly rule?: string;
  readonly severity?: Severity;
  readonly verdict?: Verdict;
  /** Only these. */
  readonly among?: readonly CaseId[];
  readonly status?: CaseStatus;
  readonly openedFrom?: Instant;
  readonly openedTo?: Instant;
  readonly limit?: number;
}

/** `draft` until a case presents it; a draft that was overtaken stays one. */
export const planStandings = ['draft', 'presented', 'superseded', 'decided', 'expired'] as const;
export type PlanStanding = (typeof planStandings)[number];

/** A plan with what has become of it; one that is not what its digest says is shown as such, and never by its content. */
export interface PresentedPlan {
  /** As the store names it. */
  readonly digest: Digest;
  readonly version: number;
  /** The plan that it takes back, where it undoes one. */
  readonly undoes: Digest | null;
  readonly opened: OpenedPlan;
  readonly standing: PlanStanding;
  readonly presentedAt: Instant;
  /** Null where there is nothing to decide. */
  readonly expiresAt: Instant | null;
}

/** A decision that came in; what a refused one says is only what it claims. */
export interface StoredDecision {
  readonly decisionId: string | null;
  readonly planDigest: string | null;
  readonly verdict: 'approve' | 'reject' | null;
  readonly actionIds: readonly string[];
  readonly reason: string | null;
  readonly approver: string | null;
  readonly outcome: DecisionOutcome;
  readonly at: Instant;
}

/** What the store knows of a case whose workflow is gone: enough for a new run to go on. */
export interface CaseRecall {
  readonly status: CaseStatus;
  readonly verdict: Verdict | null;
  /** The last that was made, drafts included. */
  readonly planVersion: number;
  readonly latestPlan: PresentedPlan | null;
  /** Why it needed a person last. */
  readonly lastNeed: string | null;
  /** When the response to the latest plan began; null where none has, or its end is written down. */
  readonly respondingSince: Instant | null;
  /** A response to the latest plan has begun, whatever came of it: its decisions are used up. */
  readonly responded: boolean;
  /** What was watched last, of the latest plan. */
  readonly watch: Watch | null;
  /** All decisions that were accepted, as they were signed. */
  readonly accepted: readonly SignedDecision[];
}

/** What opening a case again came to. */
export type ReopenOutcome =
  | { readonly kind: 'reopened'; readonly verdict: Verdict | null }
  /** It has not closed. */
  | { readonly kind: 'open' }
  /** It was merged, or what it is about has an open case by now. */
  | { readonly kind: 'goes-on-in'; readonly caseId: CaseId };

/** How a response ended; `unknown`: it neither runs nor has a result. */
export type ResponseEnd =
  { readonly kind: 'runs' | 'unknown' } | { readonly kind: 'ended'; readonly result: RespondResult };

/** Tells of responses whose case has lost sight of them: they go on without it. */
export interface ResponseEnds {
  endOf(responseWorkflowId: string): Promise<ResponseEnd>;
}

/** What joining two cases came to. */
export type LinkOutcome =
  | { readonly kind: 'linked'; readonly into: CaseId }
  | {
      readonly kind: 'refused';
      readonly code: 'same-case' | 'no-such-case' | 'case-ended' | 'busy' | 'other-case-ended' | 'other-case-busy';
    };

/** What giving somebody's alerts a case of their own came to. */
export type SplitOutcome =
  | { readonly kind: 'split'; readonly into: CaseId; readonly alerts: number }
  | { readonly kind: 'refused'; readonly code: 'case-ended' | 'no-such-actor' | 'nothing-left' };

/** The store, as an investigation uses it. All writes may be repeated. */
export interface CaseStore {
  /** Takes the case's unclaimed alerts, in one transaction that also stills its doorbell; says how many there were. */
  claimAlerts(caseId: CaseId, at: Instant): Promise<number>;
  /** How many cases were rung and have not taken their alerts yet. */
  countRung(): Promise<number>;
  /** Closes the case where no alert of it is unclaimed; true also where it is closed already. */
  closeIfNoUnclaimed(caseId: CaseId, verdict: Verdict, at: Instant): Promise<boolean>;
  recall(caseId: CaseId): Promise<CaseRecall | null>;
  caseOf(caseId: CaseId): Promise<CaseRecord | null>;
  alertsOf(caseId: CaseId): Promise<readonly CaseAlert[]>;
  /** @returns the case that goes on in this one's place: then the status is not mirrored, and the case has to end. */
  setStatus(
    caseId: CaseId,
    mirror: { readonly status: Exclude<CaseStatus, 'closed'>; readonly severity: Severity },
  ): Promise<CaseId | null>;
  /** All that the store has of the case now: what it is assessed from. */
  sight(caseId: CaseId, now: Instant): Promise<CaseSight>;
  saveEvidence(caseId: CaseId, evidence: readonly GatheredEvidence[]): Promise<void>;
  evidenceOf(caseId: CaseId, digests: readonly Digest[]): Promise<readonly GatheredEvidence[]>;
  /** Forgets evidence that is not among those named, and that no plan and no finding of the case rests on. */
  dropEvidence(caseId: CaseId, keep: readonly Digest[]): Promise<void>;
  saveFindings(caseId: CaseId, findings: readonly Finding[], at: Instant): Promise<void>;
  /**
   * Keeps a plan that is not presented yet; a case's version is kept once, and the one that is kept is returned.
   *
   * @param seenUpTo where in the sequence of publishing the case was looked at for it
   * @throws PlanAlteredError where that one is not what its digest says
   */
  draftPlan(plan: Plan, at: Instant, seenUpTo?: bigint): Promise<Plan>;
  /**
   * Makes a draft the case's presented plan; what was presented before it is superseded, also what would undo a response.
   *
   * @returns the plans to undo that gave way to it
   */
  presentPlan(
    caseId: CaseId,
    digest: Digest,
    presentedAt: Instant,
    expiresAt: Instant | null,
  ): Promise<readonly { readonly caseId: CaseId; readonly plan: Digest }[]>;
  /** Whether another plan was presented in its place. */
  isSuperseded(digest: Digest): Promise<boolean>;
  setPlanStanding(digest: Digest, standing: PlanStanding): Promise<void>;
  /** Null where there is none; one that is not what its digest says is said to be altered. */
  plan(digest: Digest): Promise<OpenedPlan | null>;
  /** Presents a draft that undoes another plan, beside the case's own. */
  presentUndoPlan(digest: Digest, presentedAt: Instant, expiresAt: Instant | null): Promise<void>;
  countUndoPlans(caseId: CaseId): Promise<number>;
  /** The plans that take a plan back, with those that were not approved; what is not as its digest says is none. */
  undoingsOf(caseId: CaseId, undoes: Digest): Promise<readonly Plan[]>;
  saveDecision(caseId: CaseId, decision: StoredDecision, signed: SignedDecision): Promise<void>;
  /** Keeps an approver's word that a way in may stay. */
  saveAcceptance(caseId: CaseId, wayInId: string, signed: SignedAcceptance, at: Instant): Promise<void>;
  /** Null: nobody works on it. */
  assign(caseId: CaseId, person: string | null): Promise<void>;
  link(caseId: CaseId, other: CaseId, at: Instant): Promise<LinkOutcome>;
  split(caseId: CaseId, identities: readonly string[], at: Instant): Promise<SplitOutcome>;
}
