import { historyReadFrom } from '../../collection/history.ts';
import { instantOfSeconds } from '../../collection/span.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { activeSources } from './account-store.ts';
import type { StoreDb } from './database.ts';
import { loadLedgers } from './source-ledger-store.ts';

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
