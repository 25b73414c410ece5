import type { Action } from '../model/action.ts';
import type { Plan } from '../model/plan.ts';
import type { ActionJournal, JournalRow } from './action-journal.ts';
import { stepsOf } from './action-registry.ts';
import { intentIdOf } from './intent.ts';
import { findEntry, type Register, registerKeys } from './register.ts';
import { ResponderStopped } from './responder-stopped.ts';
import type { ActionTaken } from './undo-plan.ts';

/**
 * What a response has done of its plan, action by action, for whoever plans to take it back. How each ended is told by the register, and
 * what it changed by the rows of the journal that the responder wrote: where a row is another's, or one is gone, it is not known.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function actionsTaken(
  plan: Plan,
  { register, journal }: { readonly register: Register; readonly journal: ActionJournal },
): Promise<readonly ActionTaken[]> {
  const taken: ActionTaken[] = [];
  for (const action of plan.actions) {
    if ((await register.find(registerKeys.action(plan.digest, action.id))) === null) continue;
    const intentId = intentIdOf(plan.digest, action.id);
    const end = await findEntry(register, 'end', registerKeys.end(intentId));
    const rows = await ownRows(journal, intentId);
    const isTold = end?.outcome !== 'done' || (isWhole(action, rows) && (await isOfFirstLooks(action, rows, register)));
    const outcome = isTold ? (end?.outcome ?? null) : 'unknown';
    taken.push({ actionId: action.id, outcome, rows });
  }
  return taken;
}

/** None where any of them was not written by the responder: then none tells the whole. */
async function ownRows(journal: ActionJournal, intentId: string): Promise<readonly JournalRow[]> {
  try {
    return await journal.rowsOfAction(intentId);
  } catch (error) {
    if (error instanceof ResponderStopped) return [];
    throw error;
  }
}

/** Whether the journal tells of each step what was there before it, and what it came to. */
function isWhole({ type }: Action, rows: readonly JournalRow[]): boolean {
  function has(step: string, mark: JournalRow['mark']) {
    return rows.some((row) => row.step === step && row.mark === mark);
  }
  return stepsOf(type).every(({ name }) => has(name, 'checked') && has(name, 'called'));
}

/** Whether what the journal tells was there before a step is what it was called by: a look that was written later found our own doing. */
async function isOfFirstLooks({ type }: Action, rows: readonly JournalRow[], register: Register): Promise<boolean> {
  for (const { name } of stepsOf(type)) {
    const looked = rows.find(({ step, mark }) => step === name && mark === 'checked');
    if (looked === undefined) return false;
    const call = await findEntry(register, 'call', registerKeys.call(looked.intentId, name));
    if (call !== null && Date.parse(call.checkedAt) !== Date.parse(looked.at)) return false;
  }
  return true;
}
