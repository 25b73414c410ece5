import type { ApproverKey } from '../approval/approver-key.ts';
import { refuse, type Refusal } from '../approval/refusal.ts';
import { verifyDecisions } from '../approval/verify-decisions.ts';
import type { ActionRequest } from '../model/action-result.ts';
import type { DecisionStatement } from '../model/decision.ts';
import type { Digest, Instant } from '../model/ids.ts';
import type { Action } from '../model/action.ts';
import type { Plan } from '../model/plan.ts';
import type { ActionJournal, Execution } from './action-journal.ts';
import type { AllowedByConfiguration } from './action-module.ts';
import { moduleOf } from './action-registry.ts';
import { refusedByConfiguration } from './configured-limits.ts';
import { intentIdOf } from './intent.ts';
import { openPlan } from './open-plan.ts';
import type { Clock } from './ports.ts';
import { actionRequestSchema } from './step-request.ts';

/** Where plans are kept. What comes from there proves nothing: it is read as anything from outside, and its digest is made again. */
export interface PlanSource {
  planByDigest(digest: Digest): Promise<unknown>;
}

/** What a write is judged by. Keys, audience and what is allowed come from configuration, never from Temporal or the store. */
export interface WriteJudges {
  readonly plans: PlanSource;
  readonly journal: ActionJournal;
  readonly approverKeys: readonly ApproverKey[];
  readonly audience: string;
  readonly allowed: AllowedByConfiguration;
  readonly clock: Clock;
}

/** An action that may be carried out, by this execution, now. */
export interface AuthorizedWrite {
  readonly kind: 'authorized';
  readonly request: ActionRequest;
  readonly plan: Plan;
  readonly action: Action;
  readonly statements: readonly DecisionStatement[];
}

export type WriteAuthorization = AuthorizedWrite | ({ readonly kind: 'refused' } & Refusal);

/**
 * How long an action that was begun while its decision was valid may take to end after that: a rotation must not be left half-way
 * because the approval ran out between two of its steps.
 */
const finishWithinMs = 2 * 3_600_000;

/** Judges whether a change may be made, without leaning on whoever asks for it. Nothing is taken or written here. */
export async function judgeWrite(
  asked: unknown,
  execution: Execution,
  judges: WriteJudges,
): Promise<WriteAuthorization> {
  const parsed = actionRequestSchema.safeParse(asked);
  if (!parsed.success) return refused('malformed');
  const request = parsed.data;
  const { caseId, planDigest, actionId, decisions } = request;
  if (request.intentId !== intentIdOf(planDigest, actionId)) return refused('malformed');

  const stored = await judges.plans.planByDigest(planDigest);
  if (stored === null) return refused('wrong-plan');
  const opened = openPlan(stored);
  if (opened.kind === 'altered') return refused('plan-altered');
  const { plan } = opened;
  if (plan.digest !== planDigest) return refused('wrong-plan');
  const holder = await judges.journal.holderOf(planDigest, actionId);
  if (holder !== null && !isSame(holder, execution)) return refused('already-executed');

  const { approverKeys, audience, clock } = judges;
  const now = (await followedAt(plan, actionId, judges)) ?? judgedAt(clock.now(), holder?.claimedAt ?? null);
  const judged = await verifyDecisions({ decisions, plan, actionId, caseId, approverKeys, audience, now });
  if (judged.kind === 'refused') return judged;
  const action = plan.actions.find((candidate) => candidate.id === actionId);
  if (action === undefined) return refused('unknown-action');
  const limit = refusedByConfiguration(action, judges.allowed);
  if (limit !== null) return { kind: 'refused', ...limit };
  return { kind: 'authorized', request, plan, action, statements: judged.statements };
}

/** Judges, and takes the action for this execution: from then on no other one can have it. */
export async function authorizeWrite(
  asked: unknown,
  execution: Execution,
  judges: WriteJudges,
): Promise<WriteAuthorization> {
  const judged = await judgeWrite(asked, execution, judges);
  if (judged.kind === 'refused') return judged;
  const { intentId, caseId, planDigest, actionId } = judged.request;
  const claim = await judges.journal.claim({
    intentId,
    caseId,
    planDigest,
    actionId,
    execution,
    at: judges.clock.now(),
  });
  return claim.kind === 'taken' ? refused('already-executed') : judged;
}

function refused(code: Refusal['code']): WriteAuthorization {
  return { kind: 'refused', ...refuse(code) };
}

function isSame(a: Execution, b: Execution): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId;
}

/** How long after its time has come a follow-up may be taken. */
const followUpWithinMs = 8 * 86_400_000;

/**
 * A follow-up was approved together with what it follows: its decision is judged at the instant at which that was begun, once the time
 * that the plan fixed for it has come. Null for any other action, and before.
 */
async function followedAt(plan: Plan, actionId: string, { journal, clock }: WriteJudges): Promise<Instant | null> {
  const action = plan.actions.find(({ id }) => id === actionId);
  if (action === undefined) return null;
  const notBefore = moduleOf(action.type).notBefore?.(action) ?? null;
  const [followed] = action.dependsOn;
  if (notBefore === null || followed === undefined) return null;
  const lateMs = Date.parse(clock.now()) - Date.parse(notBefore);
  if (lateMs < 0 || lateMs > followUpWithinMs) return null;
  return (await journal.holderOf(plan.digest, followed))?.claimedAt ?? null;
}

/** The instant that decisions are judged at: when the action was begun, as long as that is not too long ago. */
function judgedAt(now: Instant, claimedAt: Instant | null): Instant {
  if (claimedAt === null) return now;
  const agoMs = Date.parse(now) - Date.parse(claimedAt);
  return agoMs >= 0 && agoMs <= finishWithinMs ? claimedAt : now;
}
