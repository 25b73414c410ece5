import type { ApproverKey } from '../approval/approver-key.ts';
import { refuse, type Refusal } from '../approval/refusal.ts';
import { approvalPolicy, judgeByPolicy } from '../approval/policy.ts';
import { clockSkewAllowanceMs, saidBy, verifyDecisions } from '../approval/verify-decisions.ts';
import { type ActionRequest, endedWell } from '../model/action-result.ts';
import type { DecisionStatement } from '../model/decision.ts';
import type { Digest, Instant } from '../model/ids.ts';
import type { Action } from '../model/action.ts';
import type { Plan } from '../model/plan.ts';
import { dayMs, hourMs } from '../model/duration.ts';
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
  /** IDs of all actions of the plan that the statements allow. */
  readonly approved: readonly string[];
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
const finishWithinMs = 2 * hourMs;

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
  if (begun === null && (await register.find(registerKeys.rejection(planDigest))) !== null) {
    return { kind: 'refused', ...refuse('action-not-approved', 'An approver has rejected the plan.') };
  }

  const spent = await findEntry(register, 'action', registerKeys.action(planDigest, actionId));
  if (spent !== null && !isSame(spent.execution, execution)) return refused('already-executed');

  const now = clock.now();
  const judgedAt = followed ?? begun?.at ?? now;
  const judged = await verifyDecisions({ decisions, plan, actionId, caseId, approverKeys, audience, now: judgedAt });
  if (judged.kind === 'refused') return judged;
  const isBegun = begun !== null || followed !== null;
  const { statements } = judged;
  const unfit = isBegun ? await refusalToGoOn(statements, register) : await refusalToBegin(statements, now, judges);
  if (unfit !== null) return { kind: 'refused', ...unfit };
  const action = plan.actions.find((candidate) => candidate.id === actionId);
  if (action === undefined) return refused('unknown-action');
  const limit = refusedByConfiguration(action, judges.allowed);
  if (limit !== null) return { kind: 'refused', ...limit };
  const follows = followed !== null;
  const mayChange = follows || Date.parse(now) - Date.parse(judgedAt) <= finishWithinMs;
  const approved = approvedBy(statements, plan, judgedAt);
  return { kind: 'authorized', request, plan, action, statements, approved, follows, mayChange };
}

/**
 * What keeps a plan from being begun that its decisions allow: they are too old, older than the register, were used for another, or were
 * refused by the case.
 */
async function refusalToBegin(
  statements: readonly DecisionStatement[],
  now: Instant,
  { register, beginWithinMs }: WriteJudges,
): Promise<Refusal | null> {
  const completeMs = Math.max(...statements.map(({ issuedAt }) => Date.parse(issuedAt)));
  if (Date.parse(now) - completeMs > beginWithinMs) return refuse('not-begun-in-time');
  if (completeMs + clockSkewAllowanceMs < Date.parse(await register.since())) return refuse('older-than-register');
  for (const { decisionId, planDigest } of statements) {
    const used = await findEntry(register, 'decision', registerKeys.decision(decisionId));
    if (used?.refused === true) return refuse('action-not-approved', 'The case refused this decision: it is void.');
    if (used !== null && used.planDigest !== planDigest) return refuse('already-executed');
  }
  return null;
}

/** What keeps a plan that was begun from going on: it does by the decisions that it was begun by, and by no other. */
async function refusalToGoOn(statements: readonly DecisionStatement[], register: Register): Promise<Refusal | null> {
  for (const { decisionId, planDigest } of statements) {
    const used = await findEntry(register, 'decision', registerKeys.decision(decisionId));
    if (used?.planDigest !== planDigest || used.refused === true) return refuse('already-decided');
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
    if (entry.kind !== 'decision' || entry.planDigest !== planDigest || entry.refused === true) return 'taken';
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
  if (!(await afterWhatItNeeds(judged, judges.register))) return refused('other-action-first');
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

/** Whether every approved action that this one needs has ended well, by the register: what the workflow says of it proves nothing. */
async function afterWhatItNeeds({ plan, action, approved }: AuthorizedWrite, register: Register): Promise<boolean> {
  for (const needed of action.dependsOn) {
    if (approved.includes(needed) && !(await hasEndedWell(plan, needed, register))) return false;
  }
  return true;
}

/** The actions that the statements allow together. */
function approvedBy(statements: readonly DecisionStatement[], { actions }: Plan, at: Instant): readonly string[] {
  const planned = actions.map(({ id }) => id);
  const judgement = judgeByPolicy(approvalPolicy, planned, statements.map(saidBy), at);
  return judgement.kind === 'satisfied' ? judgement.actionIds : [];
}

async function hasEndedWell({ digest }: Plan, actionId: string, register: Register): Promise<boolean> {
  const end = await findEntry(register, 'end', registerKeys.end(intentIdOf(digest, actionId)));
  return end !== null && endedWell(end.outcome);
}

function refused(code: Refusal['code']): WriteAuthorization {
  return { kind: 'refused', ...refuse(code) };
}

function isSame(a: Execution, b: Execution): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId;
}

/** How long after its time has come a follow-up may be taken. */
const followUpWithinMs = 8 * dayMs;

/**
 * A follow-up was approved together with what it follows: its decision is judged at the instant at which that was begun, once that has
 * ended well and the time that the plan fixed has come. Null for any other action, and before.
 */
async function followedAt(plan: Plan, actionId: string, { register, clock }: WriteJudges): Promise<Instant | null> {
  const action = plan.actions.find(({ id }) => id === actionId);
  if (action === undefined) return null;
  const notBefore = moduleOf(action.type).notBefore?.(action) ?? null;
  const [followed] = action.dependsOn;
  if (notBefore === null || followed === undefined) return null;
  // Temporal's clock woke it: ours may be a little behind. The step itself waits for its time.
  const lateMs = Date.parse(clock.now()) - Date.parse(notBefore);
  if (lateMs < -clockSkewAllowanceMs || lateMs > followUpWithinMs) return null;
  // What `register accept` has taken over ended in a way that nobody knows.
  if (!(await hasEndedWell(plan, followed, register))) return null;
  return (await findEntry(register, 'action', registerKeys.action(plan.digest, followed)))?.at ?? null;
}
