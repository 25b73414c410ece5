import type { CaseId } from '../../../model/ids.ts';
import type { UnsettledKeyBoard, UnsettledKeys } from '../../../response/unsettled-keys.ts';
import type { StoreDb } from '../database.ts';
import { jsonText, storableText } from '../json-text.ts';

/** The {@link UnsettledKeyBoard} in the store. */
export function storeUnsettledKeys(db: StoreDb): UnsettledKeyBoard {
  return {
    hold: (keys) => hold(db, keys),
    release: async (intentId, at) => {
      await db
        .updateTable('unsettled_keys')
        .set({ settled_at: at })
        .where('intent_id', '=', intentId)
        .where('settled_at', 'is', null)
        .execute();
    },
  };
}

/** What is held up in a case now. */
export async function loadUnsettledKeys(db: StoreDb, caseId: CaseId): Promise<readonly UnsettledKeys[]> {
  const rows = await db
    .selectFrom('unsettled_keys')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('settled_at', 'is', null)
    .orderBy('since')
    .execute();
  return rows.map((row) => ({
    intentId: row.intent_id,
    caseId: row.case_id,
    actionId: row.action_id,
    accountId: row.account_id,
    userName: row.user_name,
    accessKeyIds: row.access_key_ids,
    why: row.why,
    since: row.since,
  }));
}

async function hold(db: StoreDb, keys: UnsettledKeys): Promise<boolean> {
  const said = { access_key_ids: jsonText(keys.accessKeyIds), why: storableText(keys.why) };
  const known = await db
    .selectFrom('unsettled_keys')
    .select(['access_key_ids', 'why', 'settled_at'])
    .where('intent_id', '=', keys.intentId)
    .executeTakeFirst();
  if (known?.settled_at === null && known.why === said.why && jsonText(known.access_key_ids) === said.access_key_ids) {
    return false;
  }
  const again = known !== undefined && known.settled_at !== null ? { since: keys.since } : {};
  await db
    .insertInto('unsettled_keys')
    .values({
      intent_id: keys.intentId,
      case_id: keys.caseId,
      action_id: keys.actionId,
      account_id: keys.accountId,
      user_name: storableText(keys.userName),
      ...said,
      since: keys.since,
      settled_at: null,
    })
    .onConflict((conflict) => conflict.column('intent_id').doUpdateSet({ ...said, ...again, settled_at: null }))
    .execute();
  return true;
}
