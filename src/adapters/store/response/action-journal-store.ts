import type {
  ActionClaim,
  ActionJournal,
  ClaimOutcome,
  JournalledAction,
  JournalRow,
} from '../../../response/action-journal.ts';
import type { JournalledEnd, JournalSeal } from '../../../response/journal-seal.ts';
import { ResponderStopped } from '../../../response/responder-stopped.ts';
import type { ActionResult } from '../../../model/action-result.ts';
import type { CaseId } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';
import { jsonText } from '../json-text.ts';
import type { Selectable } from 'kysely';
import type { ActionStepsTable } from '../tables/response-tables.ts';

/**
 * The {@link ActionJournal} in the store. Each write is a transaction of its own, committed before it is returned. Rows carry a MAC of
 * the responder's, and are refused without it.
 */
export function storeActionJournal(db: StoreDb, seal: JournalSeal): ActionJournal {
  return {
    claim: (claim) => claimAction(db, claim),
    actions: () => journalledActions(db),
    rowsOf: async (intentId, step) => {
      const rows = await rowsOfIntent(db, intentId).where('step', '=', step).execute();
      return rows.map((row) => sealedRow(row, seal));
    },
    rowsOfAction: async (intentId) => (await rowsOfIntent(db, intentId).execute()).map((row) => sealedRow(row, seal)),
    write: (row) => writeRow(db, row, seal),
    end: (intentId, result, at) => endAction(db, { intentId, result, at }, seal),
  };
}

function rowsOfIntent(db: StoreDb, intentId: string) {
  return db.selectFrom('action_steps').selectAll().where('intent_id', '=', intentId).orderBy('position');
}

async function claimAction(db: StoreDb, claim: ActionClaim): Promise<ClaimOutcome> {
  const { workflowId, runId } = claim.execution;
  await db
    .insertInto('response_actions')
    .values({
      intent_id: claim.intentId,
      plan_digest: claim.planDigest,
      action_id: claim.actionId,
      case_id: claim.caseId,
      workflow_id: workflowId,
      run_id: runId,
      claimed_at: claim.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const holder = await db
    .selectFrom('response_actions')
    .select(['workflow_id', 'run_id'])
    .where('plan_digest', '=', claim.planDigest)
    .where('action_id', '=', claim.actionId)
    .executeTakeFirst();
  return holder?.workflow_id === workflowId && holder.run_id === runId ? 'ours' : 'taken';
}

/** Every action that the store knows, with what it says of their attempts: no MAC is looked at. */
export async function journalledActions(db: StoreDb): Promise<readonly JournalledAction[]> {
  const rows = await db
    .selectFrom('response_actions as action')
    .select(['intent_id', 'plan_digest', 'action_id', 'case_id', 'workflow_id', 'run_id'])
    .select((expression) =>
      expression
        .exists(
          expression
            .selectFrom('action_steps')
            .select('action_steps.intent_id')
            .whereRef('action_steps.intent_id', '=', 'action.intent_id'),
        )
        .as('has_rows'),
    )
    .execute();
  const attempts = Map.groupBy(
    await db
      .selectFrom('action_steps')
      .select(['intent_id', 'step', 'attempt'])
      .where('mark', '=', 'calling')
      .execute(),
    (row) => row.intent_id,
  );
  return rows.map((row) => ({
    intentId: row.intent_id,
    planDigest: row.plan_digest,
    actionId: row.action_id,
    caseId: row.case_id,
    execution: { workflowId: row.workflow_id, runId: row.run_id },
    hasRows: Boolean(row.has_rows),
    attempts: (attempts.get(row.intent_id) ?? []).map(({ step, attempt }) => ({ step, attempt })),
  }));
}

async function writeRow(
  db: StoreDb,
  asked: JournalRow,
  seal: JournalSeal,
): Promise<{ readonly row: JournalRow; readonly written: boolean }> {
  // As the store will give it back: the MAC is over that.
  const data = jsonText(asked.data);
  const row: JournalRow = { ...asked, data: JSON.parse(data) };
  const inserted = await db
    .insertInto('action_steps')
    .values({
      intent_id: row.intentId,
      step: row.step,
      mark: row.mark,
      attempt: row.attempt,
      at: row.at,
      aws_request_ids: jsonText(row.awsRequestIds),
      data,
      mac: seal.of(row),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted !== undefined) return { row: sealedRow(inserted, seal), written: true };
  const known = await db
    .selectFrom('action_steps')
    .selectAll()
    .where('intent_id', '=', row.intentId)
    .where('step', '=', row.step)
    .where('mark', '=', row.mark)
    .where('attempt', '=', row.attempt)
    .executeTakeFirstOrThrow();
  return { row: sealedRow(known, seal), written: false };
}

async function endAction(db: StoreDb, { intentId, result, at }: JournalledEnd, seal: JournalSeal): Promise<void> {
  // As the store will give it back: the MAC is over that.
  const text = jsonText(result);
  const mac = seal.ofEnd({ intentId, at, result: JSON.parse(text) });
  await db
    .updateTable('response_actions')
    .set({ result: text, ended_at: at, mac })
    .where('intent_id', '=', intentId)
    .where('ended_at', 'is', null)
    .execute();
}

/** How actions of a case ended, by their intents: those ends alone that carry the responder's mark. */
export async function loadSealedEnds(
  db: StoreDb,
  caseId: CaseId,
  seal: Pick<JournalSeal, 'endHolds'>,
): Promise<ReadonlyMap<string, ActionResult>> {
  const rows = await db
    .selectFrom('response_actions')
    .select(['intent_id', 'ended_at', 'result', 'mac'])
    .where('case_id', '=', caseId)
    .execute();
  return new Map(
    rows.flatMap(({ intent_id: intentId, ended_at: at, result, mac }) =>
      at !== null && result !== null && seal.endHolds({ intentId, at, result }, mac) ? [[intentId, result]] : [],
    ),
  );
}

/** @throws ResponderStopped where the responder did not write the row, or somebody changed it. */
function sealedRow(stored: Selectable<ActionStepsTable>, seal: JournalSeal): JournalRow {
  const row = journalRow(stored);
  if (seal.holds(row, stored.mac)) return row;
  const found = `row "${row.mark}" of intent ${row.intentId} in the journal was not written by the responder.`;
  throw new ResponderStopped('journal-altered', found);
}

/** As it is stored, whoever wrote it. */
function journalRow(stored: Selectable<ActionStepsTable>): JournalRow {
  return {
    intentId: stored.intent_id,
    step: stored.step,
    mark: stored.mark,
    attempt: stored.attempt,
    at: stored.at,
    awsRequestIds: stored.aws_request_ids,
    data: stored.data,
  };
}
