import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadPlan, openPlanNamed } from '../../adapters/store/plan-store.ts';
import { planWords } from '../../investigation/plan-words.ts';
import { summary } from '../../messages/investigate-messages.ts';
import { stop } from '../../messages/respond-messages.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import { undoProgress, type UndoInput, type UndoState } from '../../messages/undo-messages.ts';
import { caseWorkflowId, undoResponseWorkflowId, undoWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId, Digest } from '../../model/ids.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { loadCaseView } from './case-view.ts';
import { DecisionRefusedError } from './decide.ts';
import { shortDigest } from './render-case.ts';

interface Ports {
  readonly db: StoreDb;
  readonly cases: Client;
}

/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = 60_000;
const lookAgainMs = 250;

/**
 * Ends a response between two of its steps: any person who gets here may, for what is stopped changes nothing more.
 *
 * @throws DecisionRefusedError where none is running, NoSuchCaseError
 */
export async function stopResponse(caseId: string, { db, cases }: Ports): Promise<CaseId> {
  const { id } = await loadCaseView(db, caseId);
  const running = (await runningResponse(cases, id)) ?? (await runningUndo(cases, id));
  if (running === null) {
    const remedy = `Nothing is being carried out: \`trailhound investigations show ${id}\` says what the case is doing.`;
    throw new DecisionRefusedError('not-responding', remedy);
  }
  const args: [{ readonly requestedBy: string }] = [{ requestedBy: userInfo().username }];
  await cases.workflow.getHandle(running).executeUpdate(stop, { args });
  return id;
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
 * Asks for a plan that takes back what the case's latest response has done. It waits for a decision like any other.
 *
 * @throws DecisionRefusedError where there is nothing to undo, or it is being undone already, NoSuchCaseError
 */
export async function askToUndo(
  caseId: string,
  { db, cases }: Ports,
): Promise<{ readonly caseId: CaseId; readonly undoing: UndoState }> {
  const { id, responses } = await loadCaseView(db, caseId);
  const undoes = responses.findLast(({ ended }) => ended !== 'undone')?.planDigest;
  if (undoes === undefined) {
    throw new DecisionRefusedError(
      'nothing-to-undo',
      `No response of case ${id} has ended yet: there is nothing to undo.`,
    );
  }
  const input: UndoInput = { caseId: id, undoes: undoes as Digest, requestedBy: userInfo().username };
  const workflowId = undoWorkflowId(id);
  try {
    await cases.workflow.start('undo', { workflowId, taskQueue: taskQueues.orchestrate, args: [input] });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const remedy = `It is being undone already: \`trailhound investigations show ${id}\` shows the plan that waits.`;
    throw new DecisionRefusedError('already-undoing', remedy);
  }
  for (const giveUpAt = Date.now() + answerWithinMs; ; await delay(lookAgainMs)) {
    const undoing = await cases.workflow.getHandle(workflowId).query(undoProgress);
    if (undoing.kind !== 'planning' || Date.now() > giveUpAt) return { caseId: id, undoing };
  }
}

/** What undoing would do, in lines, and what to type next. */
export async function undoLines(db: StoreDb, caseId: CaseId, undoing: UndoState): Promise<readonly SafeText[]> {
  const id = plainText(caseId);
  if (undoing.kind === 'planning')
    return [safe`${id}: a plan to undo is being made; trailhound investigations show ${id} shows it`];
  const stored = await loadPlan(db, undoing.plan);
  const opened = stored === null ? null : openPlanNamed(stored, undoing.plan);
  const words = opened?.kind === 'intact' ? planWords(opened.plan) : null;
  const named = plainText(shortDigest(undoing.plan));
  const doing = words?.actions.map(({ id: actionId, effect }) => safe`  ${plainText(actionId)}: ${effect}`) ?? [];
  const byHand = words?.byHand.map((sentence) => safe`  by hand: ${sentence}`) ?? [];
  if (undoing.kind !== 'awaiting-decision') return [safe`${id}: there is nothing that a plan could undo`, ...byHand];
  return [
    safe`${id}: plan ${named} would undo it, and waits for a decision until ${plainText(undoing.expiresAt)}`,
    ...doing,
    ...byHand,
    safe`approve it with: trailhound investigations approve ${id} --plan ${named} --reason WHY`,
  ];
}
