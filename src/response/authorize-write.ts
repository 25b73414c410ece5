import type { ApproverKey } from '../approval/approver-key.ts';
import { refuse, type Refusal } from '../approval/refusal.ts';
import { clockSkewAllowanceMs, verifyDecisions } from '../approval/verify-decisions.ts';
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
import { compareMemories, requireAgreement } from './memory-agreement.ts';
import { openPlan } from './open-plan.ts';
import type { Clock } from './ports.ts';
import { findEntry, type Register, registerKeys } from './register.ts';
import { actionRequestSchema } from './step-request.ts';

/** Where plans are kept. What comes from there proves nothing: it is read as anything from outside, and its digest is made again. */
export interface PlanSource {
  planByDigest(digest: Digest): Promise<unknown>;
}

/** What a write is judged by. Keys, audience and what is allowed come from configuration, never from Temporal or the store. */
export interface WriteJudges {
  readonly plans: PlanSource;
  readonly journal: ActionJournal;
  /** What was spent, and when: kept where only the responder can write. */
  readonly register: Register;
  /** So soon after it is complete a decision must be begun, whatever its own expiry. */
  readonly beginWithinMs: number;
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
  /** False where it was begun so long ago that it is only looked at and tidied up. */
  readonly mayChange: boolean;
  /** True where its time came after the plan's response: another execution may take it than the one that began the plan. */
  readonly follows: boolean;
}

export type WriteAuthorization = AuthorizedWrite | ({ readonly kind: 'refused' } & Refusal);

/**
 * How long what was begun while its decision was valid may go on changing things: a rotation must not be left half-way because the
 * approval ran out between two of its steps. Settling and looking at the end go on for as long as they take.
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
  const { approverKeys, audience, clock, register } = judges;
  const begun = await findEntry(register, 'plan', registerKeys.plan(planDigest));
  const followed = await followedAt(plan, actionId, judges);
  if (begun !== null && followed === null && !isSame(begun.execution, execution)) return refused('already-executed');

  const spent = await findEntry(register, 'action', registerKeys.action(planDigest, actionId));
  if (spent !== null && !isSame(spent.execution, execution)) return refused('already-executed');

  const now = clock.now();
  const judgedAt = followed ?? begun?.at ?? now;
  const judged = await verifyDecisions({ decisions, plan, actionId, caseId, approverKeys, audience, now: judgedAt });
  if (judged.kind === 'refused') return judged;
  const late = begun === null && followed === null ? await refusalToBegin(judged.statements, now, judges) : null;
  if (late !== null) return refused(late);
  const action = plan.actions.find((candidate) => candidate.id === actionId);
  if (action === undefined) return refused('unknown-action');
  const limit = refusedByConfiguration(action, judges.allowed);
  if (limit !== null) return { kind: 'refused', ...limit };
  const follows = followed !== null;
  const mayChange = follows || Date.parse(now) - Date.parse(judgedAt) <= finishWithinMs;
  return { kind: 'authorized', request, plan, action, statements: judged.statements, follows, mayChange };
}

/** What keeps a plan from being begun that its decisions allow: they are too old, older than the register, or were used for another. */
async function refusalToBegin(
  statements: readonly DecisionStatement[],
  now: Instant,
  { register, beginWithinMs }: WriteJudges,
): Promise<Refusal['code'] | null> {
  const completeMs = Math.max(...statements.map(({ issuedAt }) => Date.parse(issuedAt)));
  if (Date.parse(now) - completeMs > beginWithinMs) return 'not-begun-in-time';
  if (completeMs + clockSkewAllowanceMs < Date.parse(await register.since())) return 'older-than-register';
  for (const { decisionId, planDigest } of statements) {
    const used = await findEntry(register, 'decision', registerKeys.decision(decisionId));
    if (used !== null && used.planDigest !== planDigest) return 'already-executed';
  }
  return null;
}

/**
 * Begins a plan that was judged: its decisions are spent, by this execution. Nothing is begun as long as register and store disagree
 * about what was.
 *
 * @throws ResponderStopped
 */
export async function beginPlan(
  { request, statements }: AuthorizedWrite,
  execution: Execution,
  { register, journal, clock }: WriteJudges,
): Promise<'ours' | 'taken'> {
  const { planDigest } = request;
  const key = registerKeys.plan(planDigest);
  const standing = await findEntry(register, 'plan', key);
  if (standing !== null) return isSame(standing.execution, execution) ? 'ours' : 'taken';
  requireAgreement(await compareMemories(register, () => journal.actions()));
  const at = clock.now();
  for (const { decisionId } of statements) {
    const { entry } = await register.spend({ kind: 'decision', decisionId, planDigest, at });
    if (entry.kind !== 'decision' || entry.planDigest !== planDigest) return 'taken';
  }
  const { entry } = await register.spend({ kind: 'plan', planDigest, execution, at });
  return entry.kind === 'plan' && isSame(entry.execution, execution) ? 'ours' : 'taken';
}

/** Judges, and takes the action for this execution: from then on no other one can have it. */
export async function authorizeWrite(
  asked: unknown,
  execution: Execution,
  judges: WriteJudges,
): Promise<WriteAuthorization> {
  const judged = await judgeWrite(asked, execution, judges);
  if (judged.kind === 'refused') return judged;
  if (!judged.follows && (await beginPlan(judged, execution, judges)) === 'taken') return refused('already-executed');
  const { intentId, caseId, planDigest, actionId } = judged.request;
  const at = judges.clock.now();
  // The store first: the register must never know an action that the store was not told of.
  const claim = await judges.journal.claim({ intentId, caseId, planDigest, actionId, execution, at });
  if (claim === 'taken') return refused('already-executed');
  const { entry } = await judges.register.spend({
    kind: 'action',
    intentId,
    caseId,
    planDigest,
    actionId,
    execution,
    at,
  });
  return entry.kind === 'action' && isSame(entry.execution, execution) ? judged : refused('already-executed');
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
async function followedAt(plan: Plan, actionId: string, { register, clock }: WriteJudges): Promise<Instant | null> {
  const action = plan.actions.find(({ id }) => id === actionId);
  if (action === undefined) return null;
  const notBefore = moduleOf(action.type).notBefore?.(action) ?? null;
  const [followed] = action.dependsOn;
  if (notBefore === null || followed === undefined) return null;
  const lateMs = Date.parse(clock.now()) - Date.parse(notBefore);
  if (lateMs < 0 || lateMs > followUpWithinMs) return null;
  return (await findEntry(register, 'action', registerKeys.action(plan.digest, followed)))?.at ?? null;
}
