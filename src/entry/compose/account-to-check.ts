import { findAccount } from '../../adapters/store/accounts/account-store.ts';
import { AccountError, unknownAccount } from '../../commands/accounts.ts';
import type { Account } from '../../model/account.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Config } from '../config/config.ts';
import { overStore } from './over-installation.ts';

/**
 * The account as the store has it, else as the configuration has it.
 *
 * @throws AccountError where neither knows it, or the configuration does not and the store cannot be asked
 */
export async function accountToCheck(config: Config, accountId: AccountId): Promise<Account> {
  const configured = config.accounts.find((account) => account.id === accountId);
  // Regions that were discovered are in the store alone.
  if (configured?.discoversRegions === true) {
    return (await stored(config, accountId)) ?? configured;
  }
  const known = configured ?? (await addedByCommand(config, accountId));
  if (known === null) throw unknownAccount(accountId);
  return known;
}

/** Where the store cannot be asked, that is not all that there is to say: the account is in no configuration either. */
async function addedByCommand(config: Config, accountId: AccountId): Promise<Account | null> {
  try {
    return await stored(config, accountId);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AccountError(
      `account ${accountId} is in no configuration, and whether it was added by command cannot be asked: ${why}`,
      `name an account of ${config.file ?? 'a configuration (--config FILE)'}, or run this where Trailhound runs`,
    );
  }
}

async function stored(config: Config, accountId: AccountId): Promise<Account | null> {
  return await overStore(config, ({ db }) => findAccount(db, accountId));
}
