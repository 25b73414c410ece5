import { canonicalDigest } from '../digest/canonical-digest.ts';
import { planDigestOf } from '../digest/plan-digest.ts';
import type { DecisionStatement, SignedDecision } from '../model/decision.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { ApproverKey } from './approver-key.ts';
import { approvalPolicy, judgeByPolicy, type Said } from './policy.ts';
import { refuse, type Refusal } from './refusal.ts';
import { openDecision } from './signed-decision.ts';
import { utcTime } from '../model/utc-time.ts';
import { minuteMs } from '../model/duration.ts';

/** How far an approver's clock may be ahead of ours. */
export const clockSkewAllowanceMs = 2 * minuteMs;

/** What decisions are judged against; nothing of it comes from the decisions themselves. */
export interface DecisionContext {
  /** The plan as it is stored; its digest is made again here. */
  readonly plan: Plan;
  readonly caseId: CaseId;
  /** The keyring from configuration, never from Temporal or the store. */
  readonly approverKeys: readonly ApproverKey[];
  /** This installation. */
  readonly audience: string;
  readonly now: Instant;
}

export type VerifiedDecision =
  { readonly kind: 'verified'; readonly statement: DecisionStatement } | ({ readonly kind: 'refused' } & Refusal);

export type VerifiedDecisions =
  | { readonly kind: 'verified'; readonly statements: readonly DecisionStatement[] }
  | ({ readonly kind: 'refused' } & Refusal);

/** Judges one decision, approval or rejection: signature, installation, case, plan, times, actions, reason. */
export async function verifyDecision(decision: SignedDecision, context: DecisionContext): Promise<VerifiedDecision> {
  if (planDigestOf(context.plan) !== context.plan.digest) return { kind: 'refused', ...refuse('plan-altered') };
  const opened = await openDecision(decision, context.approverKeys);
  if (opened.kind === 'refused') return opened;
  const refusal = judgeStatement(opened.statement, context);
  return refusal === null
    ? { kind: 'verified', statement: opened.statement }
    : { kind: 'refused', code: refusal.code, remedy: refusal.remedy };
}

/**
 * Judges all decisions given for a plan; one bad one refuses all.
 *
 * @param request with `actionId`: that action must also be in the plan and be approved by one of the decisions.
 */
export async function verifyDecisions(
  request: DecisionContext & { readonly decisions: readonly SignedDecision[]; readonly actionId?: string },
): Promise<VerifiedDecisions> {
  const { decisions, actionId, ...context } = request;
  if (decisions.length === 0) return { kind: 'refused', ...refuse('no-decision') };

  const statements: DecisionStatement[] = [];
  for (const decision of decisions) {
    const judged = await verifyDecision(decision, context);
    if (judged.kind === 'refused') return judged;
    statements.push(judged.statement);
  }
  const refusal = actionId === undefined ? null : judgeApproval(actionId, statements, context);
  return refusal === null ? { kind: 'verified', statements } : { kind: 'refused', ...refusal };
}

function judgeStatement(statement: DecisionStatement, context: DecisionContext): Refusal | null {
  const { plan, caseId, audience } = context;
  if (statement.audience !== audience) return refuse('wrong-audience');
  if (statement.caseId !== caseId || plan.caseId !== caseId) return refuse('wrong-case');
  if (statement.planDigest !== plan.digest) return refuse('wrong-plan');
  return judgeTimes(statement, context.now) ?? judgeActions(statement, plan) ?? judgeReason(statement);
}

function judgeTimes({ issuedAt, expiresAt }: DecisionStatement, now: Instant): Refusal | null {
  const nowMs = Date.parse(now);
  if (Date.parse(issuedAt) > nowMs + clockSkewAllowanceMs) return refuse('not-yet-valid');
  if (Date.parse(expiresAt) <= nowMs) return refuse('expired', `It was valid until ${utcTime(expiresAt)} UTC.`);
  return null;
}

/** What was signed is what the plan has, to the byte: both name the same target and parameters, or nothing is done. */
function judgeActions({ verdict, actions }: DecisionStatement, plan: Plan): Refusal | null {
  const planned = new Map(plan.actions.map((action) => [action.id, canonicalDigest(action)]));
  if (actions.some(({ id }) => !planned.has(id))) return refuse('unknown-action');
  if (actions.some((action) => planned.get(action.id) !== canonicalDigest(action))) return refuse('action-differs');
  if (verdict === 'approve' && actions.length === 0) return refuse('unknown-action', 'The approval names no action.');
  return null;
}

function judgeReason({ reason }: DecisionStatement): Refusal | null {
  return reason.trim() === '' ? refuse('no-reason') : null;
}

function judgeApproval(
  actionId: string,
  statements: readonly DecisionStatement[],
  { plan, now }: DecisionContext,
): Refusal | null {
  const planned = plan.actions.map(({ id }) => id);
  if (!planned.includes(actionId)) return refuse('unknown-action');
  const judgement = judgeByPolicy(approvalPolicy, planned, statements.map(saidBy), now);
  switch (judgement.kind) {
    case 'rejected':
      return refuse('action-not-approved', 'The plan was rejected.');
    case 'open':
      return refuse('action-not-approved', `Approvals are missing: ${judgement.approvalsMissing}.`);
    case 'satisfied':
      return judgement.actionIds.includes(actionId) ? null : refuse('action-not-approved');
  }
}

/** What a statement says, as far as the approval policy asks. */
export function saidBy({ approver, verdict, actions, issuedAt, expiresAt }: DecisionStatement): Said {
  return { approver, verdict, actionIds: actions.map(({ id }) => id), issuedAt, expiresAt };
}
