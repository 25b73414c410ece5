import {
  allHandlersFinished,
  ApplicationFailure,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  setHandler,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { JudgedDecision } from '../activities/case-decisions.ts';
import { approvalPolicy, judgeByPolicy, type PolicyJudgement } from '../src/approval/policy.ts';
import { refuse } from '../src/approval/refusal.ts';
import { decisionNote } from '../src/audit/decision-note.ts';
import { alertsArrived, decide, type HeldDecision } from '../src/messages/investigate-messages.ts';
import type { RespondInput, RespondResult } from '../src/messages/respond-messages.ts';
import {
  superseded,
  undoProgress,
  type UndoInput,
  type UndoResult,
  type UndoState,
} from '../src/messages/undo-messages.ts';
import { caseWorkflowId, undoResponseWorkflowId, undoWorkflowId } from '../src/messages/workflow-ids.ts';
import type { DecisionOutcome, SignedDecision } from '../src/model/decision.ts';
import type { CaseId, Digest, Instant } from '../src/model/ids.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { actionInRecord, msUntil, noted, recording } from './investigate-case-file.ts';
import { checkDecisionShape } from './investigate-messages-desk.ts';
import { condition, conditionWithin } from './waiting.ts';

/** Refusals beyond this are answered but not written down each. */
const recordedRefusals = 20;

interface UndoFile {
  readonly input: UndoInput;
  state: UndoState;
  readonly decisions: HeldDecision[];
  readonly accepted: Map<string, Digest>;
  refusals: number;
  /** Plans that gave way to a fresh one of the case, with that one. */
  readonly superseded: Map<Digest, Digest>;
  recordingDecisions: number;
}

/**
 * Takes back what a response has done: a plan of inverses, shown and approved like any other. It goes its way beside the case, which
 * may be closed by now.
 */
export async function undo(input: UndoInput): Promise<UndoResult> {
  const { caseId, undoes } = input;
  if (workflowInfo().workflowId !== undoWorkflowId(caseId)) {
    throw ApplicationFailure.nonRetryable('this undoing has the name of another', 'ForeignMemory');
  }
  const file: UndoFile = {
    input,
    state: { kind: 'planning' },
    decisions: [],
    accepted: new Map(),
    refusals: 0,
    superseded: new Map(),
    recordingDecisions: 0,
  };
  setHandler(undoProgress, () => file.state);
  setHandler(superseded, ({ plan, by }) => void file.superseded.set(plan, by));
  setHandler(decide, (signed) => answerDecision(file, signed), { validator: checkDecisionShape });

  const presentedAt = currentInstant();
  const version = await recording.nextUndoVersion({ caseId });
  const { requestedBy, reason = null } = input;
  const drafted = await recording.draftUndoPlan({ caseId, undoes, version, at: presentedAt });
  const { digest, actionIds, onlyIfChosen } = drafted;
  const expiresAt = instantAfter(presentedAt, drafted.expiresAfterMs);
  await recording.presentUndoPlan({ digest, presentedAt, expiresAt: actionIds.length === 0 ? null : expiresAt });
  const asked = noted('undo-asked', undoes, { plan: digest, actionIds, onlyIfChosen, reason }, requestedBy);
  await recording.recordNotes({ caseId, notes: [asked] });
  if (actionIds.length === 0) return end(file, { kind: 'nothing-to-undo', plan: digest });
  file.state = { kind: 'awaiting-decision', plan: digest, version, actionIds, expiresAt };

  await conditionWithin(
    () => judgement(file).kind !== 'open' || file.superseded.has(digest),
    msUntil(expiresAt),
    'until the plan expires',
  );
  await condition(() => file.recordingDecisions === 0);
  const judged = judgement(file);
  const by = file.superseded.get(digest);
  if (judged.kind === 'open' && by !== undefined) return await giveWay(file, { plan: digest, by });
  if (judged.kind === 'open') {
    await recording.setPlanStanding({ digest, standing: 'expired' });
    await recording.recordNotes({ caseId, notes: [noted('plan-expired', digest, { expiresAt })] });
    return await endWith(file, { kind: 'expired', plan: digest });
  }
  if (judged.kind === 'rejected') return await endWith(file, { kind: 'rejected', plan: digest });
  return await endWith(file, await carryOut(file, { digest, version }, judged.actionIds));
}

/** What was looked at before the case's fresh plan is not undone by a plan of before it; nor is what was half approved. */
async function giveWay(
  file: UndoFile,
  { plan, by }: { readonly plan: Digest; readonly by: Digest },
): Promise<UndoState> {
  for (const { signed } of file.decisions) await recording.voidDecision({ signed });
  await recording.recordNotes({
    caseId: file.input.caseId,
    notes: [noted('plan-void', plan, { why: 'fresh-plan', by, undoes: true })],
  });
  return await endWith(file, { kind: 'superseded', plan, by });
}

function judgement({ state, decisions }: UndoFile): PolicyJudgement {
  const planned = state.kind === 'awaiting-decision' ? state.actionIds : [];
  return judgeByPolicy(
    approvalPolicy,
    planned,
    decisions.map(({ said }) => said),
    currentInstant(),
  );
}

async function carryOut(
  file: UndoFile,
  { digest, version }: { readonly digest: Digest; readonly version: number },
  actionIds: readonly string[],
): Promise<UndoState> {
  const { caseId } = file.input;
  file.state = { kind: 'responding', plan: digest, version };
  const approver = file.decisions.map(({ said }) => said.approver).join(', ');
  await recording.recordNotes({ caseId, notes: [noted('response-started', digest, { actionIds, approver })] });
  const result = await executeChild<(input: RespondInput) => Promise<RespondResult>>('respond', {
    workflowId: undoResponseWorkflowId(caseId, version),
    args: [
      {
        caseId,
        planVersion: version,
        planDigest: digest,
        actionIds,
        decisions: file.decisions.map(({ signed }) => signed),
      },
    ],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  });
  const actions = result.actions.map(actionInRecord);
  const ended = result.ended === 'contained' ? 'undone' : result.ended;
  await recording.recordNotes({ caseId, notes: [noted('response-ended', digest, { ended, actions })] });
  await ringCase(caseId);
  return { kind: 'ended', plan: digest, ended };
}

/** The case looks anew at what is open now, and its watch ends with it; one that has ended hears nothing. */
async function ringCase(caseId: CaseId): Promise<void> {
  try {
    await getExternalWorkflowHandle(caseWorkflowId(caseId)).signal(alertsArrived);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

function end(file: UndoFile, state: UndoState): UndoResult {
  file.state = state;
  return state;
}

/** Whoever decides at the last moment is answered before it ends. */
async function endWith(file: UndoFile, state: UndoState): Promise<UndoResult> {
  file.state = state;
  await condition(allHandlersFinished);
  return state;
}

/* Decisions */

async function answerDecision(file: UndoFile, signed: SignedDecision): Promise<DecisionOutcome> {
  const { caseId } = file.input;
  const planDigest = file.state.kind === 'planning' ? null : file.state.plan;
  const judged = await recording.judgeDecision({ caseId, planDigest, signed });
  // From here to what is taken nothing is awaited: of two decisions at once, one finds the other's.
  const outcome = decideOn(file, judged, signed, currentInstant());
  if (outcome.kind === 'duplicate') return outcome;
  if (outcome.kind === 'refused' && (file.refusals += 1) > recordedRefusals) {
    await recording.voidDecision({ signed });
    return { kind: 'refused', ...refuse('too-many-refusals') };
  }
  file.recordingDecisions += 1;
  const at = currentInstant();
  await recording.recordDecision({ caseId, signed, outcome, at, notes: [decisionNote(judged, outcome, at)] });
  file.recordingDecisions -= 1;
  return outcome;
}

function decideOn(file: UndoFile, judged: JudgedDecision, signed: SignedDecision, at: Instant): DecisionOutcome {
  const { state, accepted, decisions } = file;
  if (judged.decisionId !== null && accepted.get(judged.decisionId) === judged.statementDigest) {
    return { kind: 'duplicate', approvalsMissing: 0 };
  }
  if (judged.kind === 'refused') return { kind: 'refused', code: judged.code, remedy: judged.remedy };
  if (state.kind !== 'awaiting-decision' || judgement(file).kind !== 'open') {
    return { kind: 'refused', ...refuse(state.kind === 'planning' ? 'not-awaiting-decision' : 'already-decided') };
  }
  if (file.superseded.has(state.plan)) return { kind: 'refused', ...refuse('wrong-plan') };
  if (state.expiresAt <= at) return { kind: 'refused', ...refuse('expired') };
  decisions.push({ signed, said: judged.said });
  accepted.set(judged.decisionId, judged.statementDigest);
  const after = judgement(file);
  return { kind: 'accepted', approvalsMissing: after.kind === 'open' ? after.approvalsMissing : 0 };
}
