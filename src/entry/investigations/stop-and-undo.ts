import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadPlan, loadPlans, openPlanNamed } from '../../adapters/store/cases/plan-store.ts';
import type { PresentedPlan } from '../../investigation/case/case-ports.ts';
import { planWords, type PlanWords } from '../../investigation/plan/plan-words.ts';
import { summary } from '../../messages/investigate-messages.ts';
import { type RespondResult, stop } from '../../messages/respond-messages.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import { undoProgress, type UndoInput, type UndoState } from '../../messages/undo-messages.ts';
import { caseWorkflowId, undoResponseWorkflowId, undoWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId, Digest } from '../../model/ids.ts';
import { actionsOption } from '../../investigation/report/actions-option.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { tooLate } from '../cli/exit-codes.ts';
import type { CaseView } from '../../views/case.ts';
import { notCarriedOut } from '../../views/responses.ts';
import { loadCaseView, loadKnownCase } from '../compose/case-ports.ts';
import { DecisionRefusedError } from './decide.ts';
import { shortDigest } from './render-case.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

interface Ports {
  readonly db: StoreDb;
  readonly cases: Client;
}

/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = 60_000;
const lookAgainMs = 250;

/** Who asks, and why. */
export interface ActRequest {
  readonly requestedBy: string;
  readonly reason: string | undefined;
}

/** What a request to stop came to; what was done before it, action by action, where the response has ended. */
export type Stopping =
  | { readonly kind: 'stopping'; readonly caseId: CaseId }
  | {
      readonly kind: 'stopped' | 'too-late';
      readonly caseId: CaseId;
      readonly ended: string;
      readonly actions: readonly EndedAction[];
    };
type EndedAction = Pick<CaseView['responses'][number]['actions'][number], 'actionId' | 'outcome' | 'detail'>;

/** There was nothing left to stop; its exit code is 6. */
export class StoppedTooLateError extends TrailhoundError {
  override readonly name = 'StoppedTooLateError';
  override readonly code = 'stopped-too-late';
  readonly exitCode = tooLate;
  override readonly remedy: string;
  constructor(caseId: CaseId, ended: string) {
    super(`it was too late: the response has ended (${ended}), nothing was stopped`);
    this.remedy = `look at what was done with \`trailhound investigations show ${caseId}\`, and take it back with \`trailhound investigations undo ${caseId}\``;
  }
}

/**
 * Ends a response between two of its steps, and waits a little for what came of it. Any person who gets here may, for what is stopped
 * changes nothing more.
 *
 * @throws DecisionRefusedError where none was ever begun, NoSuchCaseError
 */
export async function stopResponse(caseId: string, asking: ActRequest, { db, cases }: Ports): Promise<Stopping> {
  const { id } = await loadKnownCase(db, caseId);
  const running = (await runningResponse(cases, id)) ?? (await runningUndo(cases, id));
  if (running === null) return await endedBefore(db, id);
  const handle = cases.workflow.getHandle(running);
  const { requestedBy, reason } = asking;
  const asked = await orNotThere(() =>
    handle.executeUpdate(stop, { args: [{ requestedBy, ...(reason === undefined ? {} : { reason }) }] }),
  );
  const result = asked === null ? null : await endWithin(() => handle.result() as Promise<RespondResult>);
  if (result === null) return asked === null ? await endedBefore(db, id) : { kind: 'stopping', caseId: id };
  const { ended, actions } = result;
  return { kind: ended === 'stopped' ? 'stopped' : 'too-late', caseId: id, ended, actions };
}

/** What stopping came to, in lines. */
export function stoppingLines(stopping: Stopping): readonly SafeText[] {
  const id = plainText(stopping.caseId);
  const undo = safe`\`trailhound investigations undo ${id}\` takes it back`;
  if (stopping.kind === 'stopping') {
    return [safe`${id}: the response ends before its next step; what it has done stays, and ${undo}`];
  }
  const done = stopping.actions.map(
    ({ actionId, outcome, detail }) =>
      safe`  ${plainText(actionId)}: ${plainText(outcome)}. ${plainText(detail, 1_000)}`,
  );
  const head =
    stopping.kind === 'stopped'
      ? safe`${id}: the response is stopped; what it has done stays, and ${undo}`
      : safe`${id}: nothing was left to stop; this is what was done, and ${undo}`;
  return [head, ...done];
}

/** What is told of a case in which nothing is carried out. */
async function endedBefore(db: StoreDb, caseId: CaseId): Promise<Stopping> {
  const last = (await loadCaseView(db, caseId)).responses.at(-1);
  if (last === undefined || last.ended === 'stopped') {
    const remedy = `Nothing is being carried out: \`trailhound investigations show ${caseId}\` says what the case is doing.`;
    throw new DecisionRefusedError('not-responding', remedy, 'nothing was stopped');
  }
  return { kind: 'too-late', caseId, ended: last.ended, actions: last.actions };
}

/** A step under way ends by itself, in seconds as a rule; a response that is held up goes on being held up. */
const endsWithinMs = 10_000;

async function endWithin(end: () => Promise<RespondResult>): Promise<RespondResult | null> {
  const late = new AbortController();
  try {
    return await Promise.race([end(), delay(endsWithinMs, null, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}

async function runningResponse(cases: Client, caseId: CaseId): Promise<string | null> {
  const seen = await orNotThere(() => cases.workflow.getHandle(caseWorkflowId(caseId)).query(summary));
  return seen?.responseWorkflowId ?? null;
}

async function runningUndo(cases: Client, caseId: CaseId): Promise<string | null> {
  const state = await orNotThere(() => cases.workflow.getHandle(undoWorkflowId(caseId)).query(undoProgress));
  return state?.kind === 'responding' ? undoResponseWorkflowId(caseId, state.version) : null;
}

async function orNotThere<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * Asks for a plan that takes back what the case's latest response has done that is not taken back yet. It waits for a decision like any
 * other.
 *
 * @throws DecisionRefusedError where there is nothing to undo, or it is being undone already, NoSuchCaseError
 */
export async function askToUndo(
  caseId: string,
  { requestedBy, reason }: ActRequest,
  { db, cases }: Ports,
): Promise<{ readonly caseId: CaseId; readonly undoing: UndoState }> {
  const { id, responses } = await loadCaseView(db, caseId);
  const undoes = planToUndo(responses, await loadPlans(db, id));
  if (undoes === null) {
    const remedy = responses.some(({ ended }) => ended === 'undone')
      ? `All that the responses of case ${id} did is taken back already: \`trailhound investigations show ${id}\` says what holds now.`
      : `No response of case ${id} has ended yet: there is nothing to undo.`;
    throw new DecisionRefusedError('nothing-to-undo', remedy, nothingUndone);
  }
  const input: UndoInput = { caseId: id, undoes, requestedBy, ...(reason === undefined ? {} : { reason }) };
  const workflowId = undoWorkflowId(id);
  try {
    await cases.workflow.start('undo', { workflowId, taskQueue: taskQueues.orchestrate, args: [input] });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const remedy = `It is being undone already: \`trailhound investigations show ${id}\` shows the plan that waits.`;
    throw new DecisionRefusedError('already-undoing', remedy, nothingUndone);
  }
  for (const giveUpAt = Date.now() + answerWithinMs; ; await delay(lookAgainMs)) {
    const undoing = await cases.workflow.getHandle(workflowId).query(undoProgress);
    if (undoing.kind !== 'planning' || Date.now() > giveUpAt) return { caseId: id, undoing };
  }
}

/** The plan of the latest response of which something is not taken back; one that undoes another is none of them. */
function planToUndo(responses: CaseView['responses'], plans: readonly PresentedPlan[]): Digest | null {
  const undoing = new Map(plans.flatMap(({ digest, undoes }) => (undoes === null ? [] : [[digest, undoes] as const])));
  // An undoing's plan has all that was not taken back yet.
  function isLeft({ planDigest }: CaseView['responses'][number]) {
    const last = responses.findLast((each) => undoing.get(each.planDigest as Digest) === planDigest);
    return last === undefined || notCarriedOut(last, plans).length > 0;
  }
  const left = responses.filter((each) => !undoing.has(each.planDigest as Digest) && isLeft(each));
  return (left.at(-1)?.planDigest as Digest | undefined) ?? null; // a digest, as the audit record of its end has it
}

/** What a request to undo that is not taken came to. */
export const nothingUndone = 'no undoing was begun';

/** What undoing would do, in lines, and what to type next. */
export async function undoLines(db: StoreDb, caseId: CaseId, undoing: UndoState): Promise<readonly SafeText[]> {
  const id = plainText(caseId);
  if (undoing.kind === 'planning')
    return [safe`${id}: a plan to undo is being made; trailhound investigations show ${id} shows it`];
  const stored = await loadPlan(db, undoing.plan);
  const opened = stored === null ? null : openPlanNamed(stored, undoing.plan);
  const words = opened?.kind === 'intact' ? planWords(opened.plan) : null;
  const named = plainText(shortDigest(undoing.plan));
  const doing = words?.actions.map(doingLine) ?? [];
  const opens = words?.waysIn.map(({ sentence }) => safe`  opens again: ${sentence}`) ?? [];
  const byHand = words?.byHand.map((sentence) => safe`  by hand: ${sentence}`) ?? [];
  if (undoing.kind !== 'awaiting-decision') return [safe`${id}: there is nothing that a plan could undo`, ...byHand];
  return [
    safe`${id}: plan ${named} would undo it, and waits for a decision until ${plainText(undoing.expiresAt)}`,
    ...doing,
    ...opens,
    ...byHand,
    safe`approve it with: trailhound investigations approve ${id} --plan ${named}${actionsOption(words?.actions ?? [])} --reason WHY --wait`,
  ];
}

function doingLine({ id, effect, onlyIfChosen }: PlanWords['actions'][number]): SafeText {
  const choice = onlyIfChosen === null ? safe`` : safe` (only if chosen, with --actions: ${onlyIfChosen})`;
  return safe`  ${plainText(id)}: ${effect}${choice}`;
}
