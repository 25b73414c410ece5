import { findAccount } from '../../adapters/store/accounts/account-store.ts';
import { unknownAccount } from '../../commands/accounts.ts';
import type { Account } from '../../model/account.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Config } from '../config/config.ts';
import { overStore } from './over-installation.ts';

/** The account as the store has it, else as the configuration has it. */
export async function accountToCheck(config: Config, accountId: AccountId): Promise<Account> {
  const configured = config.accounts.find((account) => account.id === accountId);
  // Regions that were discovered are in the store alone.
  if (configured?.discoversRegions === true) {
    return (await stored(config, accountId)) ?? configured;
  }
  const known = configured ?? (await stored(config, accountId));
  if (known === null) throw unknownAccount(accountId);
  return known;
}

async function stored(config: Config, accountId: AccountId): Promise<Account | null> {
  return await overStore(config, ({ db }) => findAccount(db, accountId));
}
