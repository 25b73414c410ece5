import type { PlanInHand } from '../messages/investigate-messages.ts';
import type { CaseState, NeedCode } from '../model/case-state.ts';
import type { Digest, Instant } from '../model/ids.ts';
import type { CaseRecall } from './case-ports.ts';

/** From where a new run of a case goes on. */
export interface RecalledCase {
  readonly state: CaseState;
  readonly planVersion: number;
  readonly plan: PlanInHand | null;
  /** A response whose end the case has not taken in: it may run still. */
  readonly response: RecalledResponse | null;
}

export interface RecalledResponse {
  readonly planDigest: Digest;
  readonly planVersion: number;
  readonly respondedFrom: Instant;
  readonly watchMs: number;
}

/**
 * A plan that waited for a decision waits on. Where a response was under way, nothing is begun again: its end is waited for. All else is looked
 * at anew, and leads to a fresh plan: also a decision that nothing had been done about, for it was given to a run that is gone.
 */
export function recalledCase(recalled: CaseRecall, now: Instant, watchMs: number): RecalledCase {
  const { status, verdict, planVersion } = recalled;
  const plan = planInHand(recalled, watchMs);
  const response = responseOf(recalled, watchMs);
  const at = (state: CaseState, inHand: PlanInHand | null = plan) => ({ state, planVersion, plan: inHand, response });
  if (status === 'closed') return at({ status: 'closed', verdict: verdict ?? 'nothing-to-do' });
  if (status === 'responding')
    return at(
      response === null
        ? { status: 'needs-a-person', why: 'outcome-unknown' }
        : { status: 'responding', plan: response.planDigest },
    );
  if (status === 'needs-a-person') return at({ status: 'needs-a-person', why: needOf(recalled.lastNeed) });
  if (status !== 'awaiting-decision' || plan?.standing !== 'open') return at({ status: 'gathering' }, null);
  if (plan.expiresAt === null || plan.expiresAt <= now) return at({ status: 'gathering' }, null);
  return at({ status: 'awaiting-decision', plan: plan.digest, expiresAt: plan.expiresAt, approvalsMissing: 1 });
}

/** A case that needs a person may have a response that runs still: it tells the case what it cannot find out, and goes on. */
function responseOf({ status, latestPlan, respondingSince }: CaseRecall, watchMs: number): RecalledResponse | null {
  if (latestPlan === null) return null;
  const { digest: planDigest, version: planVersion, presentedAt } = latestPlan;
  const mayRun = status === 'responding' || (status === 'needs-a-person' && respondingSince !== null);
  return mayRun ? { planDigest, planVersion, respondedFrom: respondingSince ?? presentedAt, watchMs } : null;
}

function planInHand({ latestPlan }: CaseRecall, watchMs: number): PlanInHand | null {
  if (latestPlan?.opened.kind !== 'intact') return null;
  const { digest, version, expiresAt, standing, opened } = latestPlan;
  const actionIds = opened.plan.actions.map(({ id }) => id);
  const now = standing === 'presented' ? 'open' : standing === 'expired' ? 'expired' : 'decided';
  return { digest, version, actionIds, expiresAt, watchMs, standing: now };
}

const needs: readonly NeedCode[] = [
  'decision-expired',
  'no-action-possible',
  'response-failed',
  'response-stopped',
  'outcome-unknown',
  'key-not-ours',
  'key-may-be-live',
  'responder-stopped',
  'used-after-containment',
];

function needOf(text: string | null): NeedCode {
  return needs.find((need) => need === text) ?? 'outcome-unknown';
}
