import { historyReadFrom, historyReadShare } from '../../../collection/history.ts';
import { instantOfSeconds } from '../../../collection/span.ts';
import type { LearningState } from '../../../model/account.ts';
import type { AccountId, Instant } from '../../../model/ids.ts';
import { activeSources } from './account-store.ts';
import type { StoreDb } from '../database.ts';
import { loadLedgers } from '../collection/source-ledger-store.ts';

/** From when on the history of all regions of an account is read without a hole; null where nobody reads the account. */
export async function historyFrom(db: StoreDb, accountId: AccountId): Promise<Instant | null> {
  const sources = await activeSources(db, accountId);
  const ledgers = await loadLedgers(
    db,
    sources.map((source) => source.id),
  );
  if (ledgers.size === 0) return null;
  return instantOfSeconds(Math.max(...[...ledgers.values()].map(historyReadFrom)));
}

export async function learningOf(db: StoreDb, accountId: AccountId): Promise<LearningState> {
  const sources = await activeSources(db, accountId);
  const ledgers = await loadLedgers(
    db,
    sources.map((source) => source.id),
  );
  const shares = [...ledgers.values()].map(historyReadShare);
  const rows = await db
    .selectFrom('rule_readiness')
    .select('rule_id')
    .where('account_id', '=', accountId)
    .where('ready', '=', false)
    .orderBy('rule_id')
    .execute();
  return { readShare: Math.min(1, ...shares), rulesLearning: rows.map((row) => row.rule_id) };
}

/** Since when the oldest of an account's regions is read as events happen; null where nobody reads the account. */
export async function watchedSince(db: StoreDb, accountId: AccountId): Promise<Instant | null> {
  const { since } = await db
    .selectFrom('log_sources')
    .select((eb) => eb.fn.min('live_from').as('since'))
    .where('account_id', '=', accountId)
    .where('kind', '=', 'lookup')
    .where('active', '=', true)
    .executeTakeFirstOrThrow();
  return since;
}
