import { approvalPolicy, judgeByPolicy } from '../../approval/policy.ts';
import type { HeldDecision, PlanInHand, Watch } from '../../messages/investigate-messages.ts';
import type { CaseState, NeedCode } from '../../model/case-state.ts';
import type { Digest, Instant } from '../../model/ids.ts';
import type { CaseRecall } from './case-ports.ts';

/** From where a new run of a case goes on. */
export interface RecalledCase {
  readonly state: CaseState;
  readonly planVersion: number;
  readonly plan: PlanInHand | null;
  /** The plan that waits was made before AWS was asked, and nobody is known to have asked since. */
  readonly evidenceOwed: boolean;
  /** A response whose end the case has not taken in: it may run still. */
  readonly response: RecalledResponse | null;
  /** Null where nothing is watched. */
  readonly watch: Watch | null;
  /** Accepted under the plan in hand, and not used up. */
  readonly decisions: readonly HeldDecision[];
}

export interface RecalledResponse {
  readonly planDigest: Digest;
  readonly planVersion: number;
  readonly respondedFrom: Instant;
  readonly watchMs: number;
}

/**
 * A plan that waited for a decision waits on, with the decisions that it has: those that suffice are carried out. A watch goes on.
 * Where a response was under way, nothing is begun again: its end is waited for. All else is looked at anew, and leads to a fresh plan.
 *
 * @param held decisions of the latest plan whose signatures were verified again.
 */
export function recalledCase(
  recalled: CaseRecall,
  held: readonly HeldDecision[],
  now: Instant,
  watchMs: number,
): RecalledCase {
  const { status, verdict, planVersion, watch } = recalled;
  const response = responseOf(recalled, watchMs);
  const kept = {
    planVersion,
    plan: planInHand(recalled, watchMs),
    response,
    watch: null,
    decisions: [],
    evidenceOwed: false,
  };
  if (status === 'closed') return { ...kept, state: { status: 'closed', verdict: verdict ?? 'nothing-to-do' } };
  if (response !== null && status !== 'needs-a-person')
    return { ...kept, state: { status: 'responding', plan: response.planDigest } };
  if (status === 'responding') return { ...kept, state: { status: 'needs-a-person', why: 'outcome-unknown' } };
  const decisions = recalled.responded ? [] : held;
  if (status === 'needs-a-person')
    return { ...kept, decisions, state: { status: 'needs-a-person', why: needOf(recalled.lastNeed) } };
  if (status === 'watching' && watch !== null)
    return { ...kept, watch, state: { status: 'watching', until: watch.until, attemptsSeen: 0 } };
  const waiting = status === 'awaiting-decision' ? waitingState(kept.plan, decisions, now) : null;
  return waiting === null
    ? { ...kept, plan: null, state: { status: 'gathering' } }
    : {
        ...kept,
        plan: inHand(kept.plan, waiting.approvalsMissing),
        decisions,
        state: waiting,
        evidenceOwed: wasEarly(recalled),
      };
}

/** The decisions say whether it is decided on: the store may have been told of them, and not of that. */
function inHand(plan: PlanInHand | null, approvalsMissing: number): PlanInHand | null {
  return plan === null || approvalsMissing > 0 ? plan : { ...plan, standing: 'decided' };
}

/** Null where nothing can come of the plan in hand any more. */
function waitingState(
  plan: PlanInHand | null,
  decisions: readonly HeldDecision[],
  now: Instant,
): Extract<CaseState, { status: 'awaiting-decision' }> | null {
  if (plan === null || plan.expiresAt === null) return null;
  const judgement = judgeByPolicy(
    approvalPolicy,
    plan.actionIds,
    decisions.map(({ said }) => said),
    now,
  );
  const open = plan.standing === 'open' && plan.expiresAt > now;
  if (judgement.kind === 'open' && !open) return null;
  const approvalsMissing = judgement.kind === 'open' ? judgement.approvalsMissing : 0;
  return { status: 'awaiting-decision', plan: plan.digest, expiresAt: plan.expiresAt, approvalsMissing };
}

/** A case that needs a person may have a response that runs still: it tells the case what it cannot find out, and goes on. */
function responseOf({ status, latestPlan, respondingSince }: CaseRecall, watchMs: number): RecalledResponse | null {
  if (latestPlan === null) return null;
  const { digest: planDigest, version: planVersion, presentedAt } = latestPlan;
  const mayRun = status === 'responding' || respondingSince !== null;
  return mayRun ? { planDigest, planVersion, respondedFrom: respondingSince ?? presentedAt, watchMs } : null;
}

function planInHand({ latestPlan }: CaseRecall, watchMs: number): PlanInHand | null {
  if (latestPlan?.opened.kind !== 'intact') return null;
  const { digest, version, expiresAt, standing, opened } = latestPlan;
  const actionIds = opened.plan.actions.map(({ id }) => id);
  const now = standing === 'presented' ? 'open' : standing === 'expired' ? 'expired' : 'decided';
  const replaces = opened.plan.purpose === 'rotate';
  return { digest, version, actionIds, expiresAt, watchMs, standing: now, replaces };
}

const needs: readonly NeedCode[] = [
  'decision-expired',
  'no-action-possible',
  'nothing-open',
  'response-failed',
  'response-stopped',
  'outcome-unknown',
  'key-not-ours',
  'key-may-be-live',
  'responder-stopped',
  'used-after-containment',
  'ways-in-open',
];

function needOf(text: string | null): NeedCode {
  return needs.find((need) => need === text) ?? 'outcome-unknown';
}

function wasEarly({ latestPlan }: CaseRecall): boolean {
  return latestPlan?.opened.kind === 'intact' && latestPlan.opened.plan.notKnownYet !== undefined;
}
