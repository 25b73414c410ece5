import type { ActionResult } from '../../model/action-result.ts';
import type { Digest, Instant } from '../../model/ids.ts';
import type { ActionClaim, ActionJournal, ClaimOutcome, JournalRow } from '../../response/action-journal.ts';
import type { ActionTaken } from '../../response/undo-plan.ts';
import type { StoreDb } from './database.ts';
import { jsonText } from './json-text.ts';
import type { Selectable } from 'kysely';
import type { ActionStepsTable } from './tables/response-tables.ts';

/** The {@link ActionJournal} in the store. Each write is a transaction of its own, committed before it is returned. */
export function storeActionJournal(db: StoreDb): ActionJournal {
  return {
    claim: (claim) => claimAction(db, claim),
    holderOf: (planDigest, actionId) => holderOf(db, planDigest, actionId),
    rowsOf: async (intentId, step) => {
      const rows = await db
        .selectFrom('action_steps')
        .selectAll()
        .where('intent_id', '=', intentId)
        .where('step', '=', step)
        .orderBy('position')
        .execute();
      return rows.map(journalRow);
    },
    rowsOfAction: async (intentId) => {
      const rows = await db
        .selectFrom('action_steps')
        .selectAll()
        .where('intent_id', '=', intentId)
        .orderBy('position')
        .execute();
      return rows.map(journalRow);
    },
    write: (row) => writeRow(db, row),
    end: (intentId, result, at) => endAction(db, intentId, result, at),
  };
}

async function claimAction(db: StoreDb, claim: ActionClaim): Promise<ClaimOutcome> {
  await db
    .insertInto('response_actions')
    .values({
      intent_id: claim.intentId,
      plan_digest: claim.planDigest,
      action_id: claim.actionId,
      case_id: claim.caseId,
      workflow_id: claim.execution.workflowId,
      run_id: claim.execution.runId,
      claimed_at: claim.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const holder = await holderOf(db, claim.planDigest, claim.actionId);
  const ours =
    holder?.workflowId === claim.execution.workflowId && holder.runId === claim.execution.runId ? holder : null;
  return ours === null ? { kind: 'taken' } : { kind: 'ours', claimedAt: ours.claimedAt };
}

async function holderOf(db: StoreDb, planDigest: Digest, actionId: string) {
  const row = await db
    .selectFrom('response_actions')
    .select(['workflow_id', 'run_id', 'claimed_at'])
    .where('plan_digest', '=', planDigest)
    .where('action_id', '=', actionId)
    .executeTakeFirst();
  return row === undefined ? null : { workflowId: row.workflow_id, runId: row.run_id, claimedAt: row.claimed_at };
}

async function writeRow(
  db: StoreDb,
  row: JournalRow,
): Promise<{ readonly row: JournalRow; readonly written: boolean }> {
  const inserted = await db
    .insertInto('action_steps')
    .values({
      intent_id: row.intentId,
      step: row.step,
      mark: row.mark,
      attempt: row.attempt,
      at: row.at,
      aws_request_ids: jsonText(row.awsRequestIds),
      data: jsonText(row.data),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted !== undefined) return { row: journalRow(inserted), written: true };
  const known = await db
    .selectFrom('action_steps')
    .selectAll()
    .where('intent_id', '=', row.intentId)
    .where('step', '=', row.step)
    .where('mark', '=', row.mark)
    .where('attempt', '=', row.attempt)
    .executeTakeFirstOrThrow();
  return { row: journalRow(known), written: false };
}

async function endAction(db: StoreDb, intentId: string, result: ActionResult, at: Instant): Promise<void> {
  await db
    .updateTable('response_actions')
    .set({ result: jsonText(result), ended_at: at })
    .where('intent_id', '=', intentId)
    .where('ended_at', 'is', null)
    .execute();
}

function journalRow(row: Selectable<ActionStepsTable>): JournalRow {
  return {
    intentId: row.intent_id,
    step: row.step,
    mark: row.mark,
    attempt: row.attempt,
    at: row.at,
    awsRequestIds: row.aws_request_ids,
    data: row.data,
  };
}

/** What the response to a plan wrote down, action by action, for whoever plans to take it back. */
export async function loadActionsTaken(db: StoreDb, planDigest: Digest): Promise<readonly ActionTaken[]> {
  const actions = await db
    .selectFrom('response_actions')
    .select(['action_id', 'intent_id', 'result'])
    .where('plan_digest', '=', planDigest)
    .execute();
  const rows = await db
    .selectFrom('action_steps')
    .selectAll()
    .where('intent_id', 'in', actions.map((action) => action.intent_id).concat(''))
    .orderBy('position')
    .execute();
  return actions.map((action) => ({
    actionId: action.action_id,
    outcome: action.result?.outcome ?? null,
    rows: rows.filter((row) => row.intent_id === action.intent_id).map(journalRow),
  }));
}
