import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { JudgedDecision } from '../activities/case-decisions.ts';
import { refuse } from '../src/approval/refusal.ts';
import { decisionNote } from '../src/audit/decision-note.ts';
import {
  alertsArrived,
  decide,
  replan,
  responseHeld,
  summary,
  type CaseSummary,
  type PlanInHand,
  type ReplanRequest,
} from '../src/messages/investigate-messages.ts';
import { maxNoteLength, type NeedCode } from '../src/model/case-state.ts';
import {
  maxDecisionLength,
  type DecisionOutcome,
  type RefusalCode,
  type SignedDecision,
} from '../src/model/decision.ts';
import { currentInstant } from '../src/model/instant.ts';
import {
  type CaseFile,
  judgeDecisions,
  noted,
  record,
  recording,
  remember,
  setState,
  tag,
} from './investigate-case-file.ts';

/** Refusals beyond this, under one plan and by one approver, are answered but not written down each. */
const recordedRefusals = 20;

/** Three parts in base64url (RFC 7515): what is none could not even be written down as refused. */
const compactJws = /^[\w-]*\.[\w-]*\.[\w-]*$/;

/** Lets the case take its messages; called before anything else, so that none finds nobody. */
export function takeMessages(file: CaseFile): void {
  setHandler(alertsArrived, () => remember(file, { rung: true }));
  setHandler(summary, () => summarise(file));
  setHandler(responseHeld, (held) => answerHeld(file, held));
  setHandler(decide, (signed) => answerDecision(file, signed), { validator: checkDecisionShape });
  setHandler(replan, (request) => answerReplan(file, request), { validator: checkReplanShape });
}

/** Size and shape only: a validator's refusal leaves no trace, so everything that somebody meant is judged in the handler. */
export function checkDecisionShape(signed: unknown): void {
  const jws = typeof signed === 'object' && signed !== null && 'jws' in signed ? signed.jws : undefined;
  if (typeof jws !== 'string' || jws.length > maxDecisionLength || !compactJws.test(jws)) {
    throw ApplicationFailure.nonRetryable(
      `decide takes {jws}, a compact JWS of at most ${maxDecisionLength} characters`,
    );
  }
}

function checkReplanShape(request: unknown): void {
  const given: { readonly requestedBy?: unknown; readonly reason?: unknown } =
    typeof request === 'object' && request !== null ? request : {};
  const { requestedBy: by, reason = '' } = given;
  if (typeof by !== 'string' || by.length === 0 || by.length > 200 || !isReason(reason)) {
    throw ApplicationFailure.nonRetryable(
      `replan takes {requestedBy, reason}, texts of at most 200 and ${maxNoteLength} characters`,
    );
  }
}

/** What a history and a database can both carry. */
function isReason(text: unknown): boolean {
  return typeof text === 'string' && text.length <= maxNoteLength && text.isWellFormed() && !text.includes('\u0000');
}

function summarise({ caseId, memory, look, responseWorkflowId }: CaseFile): CaseSummary {
  const { state, plan, alertCount, openedAt, lastLook } = memory;
  const [planVersion, planDigest] = [plan?.version ?? 0, plan?.digest ?? null];
  return { caseId, state, planVersion, planDigest, lastLook, alertCount, openedAt, look, responseWorkflowId };
}

/** The response goes on trying; the case shows meanwhile what a person must know, and cannot end before it does. */
async function answerHeld(
  file: CaseFile,
  held: { readonly why: NeedCode; readonly detail: string } | null,
): Promise<void> {
  const { plan } = file.memory;
  if (file.responseWorkflowId === null || plan === null) return;
  if (held === null) {
    setState(file, { status: 'responding', plan: plan.digest });
    return await record(file);
  }
  setState(file, { status: 'needs-a-person', why: held.why });
  await record(file, noted('needs-a-person', plan.digest, { why: held.why, detail: held.detail }));
}

async function answerReplan(
  file: CaseFile,
  { requestedBy, reason }: ReplanRequest,
): Promise<{ readonly accepted: boolean }> {
  const accepted = ['quiet', 'awaiting-decision', 'needs-a-person', 'watching'].includes(file.memory.state.status);
  if (!accepted) return { accepted };
  file.replanRequested = true;
  await record(file, noted('replan-asked', file.caseId, reason === undefined ? {} : { reason }, requestedBy));
  return { accepted };
}

async function answerDecision(file: CaseFile, signed: SignedDecision): Promise<DecisionOutcome> {
  const { caseId } = file;
  const asked = file.memory.plan;
  const judged = await recording.judgeDecision({ caseId, planDigest: asked?.digest ?? null, signed });
  // From here to the reservation nothing is awaited: of two decisions at once, one finds the other's.
  const outcome = decideOn(file, asked, judged, signed);
  if (outcome.kind === 'duplicate') return outcome;
  if (outcome.kind === 'refused' && tooMany(file, judged.approver)) {
    await recording.voidDecision({ signed });
    return { kind: 'refused', ...refuse('too-many-refusals') };
  }
  file.recordingDecisions += 1;
  const at = currentInstant();
  await recording.recordDecision({ caseId, signed, outcome, at, notes: [decisionNote(judged, outcome, at)] });
  file.recordingDecisions -= 1;
  return outcome;
}

/** What the case's own state says to a decision that was judged by itself. */
function decideOn(
  file: CaseFile,
  asked: PlanInHand | null,
  judged: JudgedDecision,
  signed: SignedDecision,
): DecisionOutcome {
  const { memory } = file;
  if (judged.decisionId !== null && memory.accepted[judged.decisionId] === judged.statementDigest) {
    return { kind: 'duplicate', approvalsMissing: 0 };
  }
  if (judged.kind === 'refused') return { kind: 'refused', code: judged.code, remedy: judged.remedy };
  const code = refusalByState(file, asked, judged.said.verdict);
  return code === null ? take(file, judged, signed) : { kind: 'refused', ...refuse(code) };
}

function refusalByState(
  { memory: { plan, state } }: CaseFile,
  asked: PlanInHand | null,
  verdict: 'approve' | 'reject',
): RefusalCode | null {
  if (plan === null) return 'not-awaiting-decision';
  if (plan.digest !== asked?.digest) return 'wrong-plan';
  if (plan.standing === 'decided') return 'already-decided';
  if (plan.standing === 'expired' || (plan.expiresAt !== null && plan.expiresAt <= currentInstant())) return 'expired';
  const mayReject = state.status === 'needs-a-person' && verdict === 'reject';
  return state.status === 'awaiting-decision' || mayReject ? null : 'not-awaiting-decision';
}

/** Takes a decision into the case's memory; where nothing is missing any more, the plan is consumed, whatever comes next. */
function take(
  file: CaseFile,
  { decisionId, statementDigest, said }: Extract<JudgedDecision, { kind: 'verified' }>,
  signed: SignedDecision,
): DecisionOutcome {
  const { memory } = file;
  remember(file, {
    decisions: [...memory.decisions, { signed, said }],
    accepted: { ...memory.accepted, [decisionId]: statementDigest },
  });
  tag(file, `approver:${said.approver}`);
  const judgement = judgeDecisions(file);
  if (judgement.kind === 'open') {
    const { approvalsMissing } = judgement;
    if (memory.state.status === 'awaiting-decision') setState(file, { ...memory.state, approvalsMissing });
    return { kind: 'accepted', approvalsMissing };
  }
  if (memory.plan !== null) remember(file, { plan: { ...memory.plan, standing: 'decided' } });
  return { kind: 'accepted', approvalsMissing: 0 };
}

/** Counts a refusal; by proved approver, so that nobody can use up another's. */
function tooMany(file: CaseFile, approver: string | null): boolean {
  const { refusals } = file.memory;
  const by = approver === null ? 'unproved' : `proved:${approver}`;
  const count = (refusals[by] ?? 0) + 1;
  remember(file, { refusals: { ...refusals, [by]: count } });
  return count > recordedRefusals;
}
