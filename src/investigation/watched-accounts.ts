import type { Account } from '../model/account.ts';
import type { AccountId } from '../model/ids.ts';

/** Finds the account to look into, with its roles and the regions that are read now; null where nobody watches it. */
export type WatchedAccounts = (accountId: AccountId) => Promise<Account | null>;

/** {@link WatchedAccounts} of a list. */
export function watchedAmong(accounts: readonly Account[]): WatchedAccounts {
  return async (accountId) => accounts.find(({ id }) => id === accountId) ?? null;
}

/**
 * {@link WatchedAccounts} of an installation: those of its configuration, with the regions that were discovered for them, and
 * those that were added by command. A configured account's roles are the configuration's, whatever the store says.
 *
 * @param stored the account as the store has it.
 */
export function watchedAccounts(configured: readonly Account[], stored: WatchedAccounts): WatchedAccounts {
  return async (accountId) => {
    const named = configured.find(({ id }) => id === accountId);
    if (named !== undefined && named.discoversRegions !== true) return named;
    const known = await stored(accountId);
    if (named !== undefined) return { ...named, regions: known?.regions ?? [] };
    return known?.lifecycle === 'retired' ? null : known;
  };
}
