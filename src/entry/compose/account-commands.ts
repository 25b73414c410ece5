import { dayMs } from '../../model/duration.ts';
import { userInfo } from 'node:os';
import {
  accountOrigins,
  findAccount,
  listAccounts,
  storePause,
  pauseOf,
  removePause,
  retireAccount,
  saveAccount,
} from '../../adapters/store/accounts/account-store.ts';
import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { learningOf } from '../../adapters/store/accounts/readiness-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { ensurePollSchedule, pollNow, removePollSchedule } from '../../adapters/temporal/schedules.ts';
import { type AccountPorts, type AccountRegister, unknownAccount } from '../../commands/accounts.ts';
import type { Caller } from '../../commands/caller.ts';
import type { AccountId } from '../../model/ids.ts';
import { currentInstant } from '../../model/instant.ts';
import type { AccountsPorts } from '../../views/accounts.ts';
import type { Config } from '../config/config.ts';
import type { Connections } from './connections.ts';

/** What changing accounts needs, from the store and the schedules of an installation. */
export function accountPorts(config: Config, { store, polling }: Connections): AccountPorts {
  return {
    together: (work) =>
      store.db
        .transaction()
        .execute((db) =>
          work({ accounts: storedAccounts(db, config.collection.historyDays * dayMs), auditLog: storeAuditLog(db) }),
        ),
    polls: {
      schedule: async ({ id: accountId, pollIntervalMs: intervalMs }) => {
        await ensurePollSchedule(polling, { accountId, intervalMs, paused: false });
      },
      now: (accountId) => pollNow(polling, accountId),
      end: (accountId) => removePollSchedule(polling, accountId),
    },
    configuredIn: (accountId) =>
      config.accounts.some(({ id }) => id === accountId) ? (config.file ?? 'the configuration') : null,
    pollIntervalMs: config.collection.pollIntervalMs,
    now: currentInstant,
  };
}

/** @throws AccountError where the store does not know the account */
export async function assertKnown(db: StoreDb, accountId: AccountId): Promise<void> {
  if ((await findAccount(db, accountId)) === null) throw unknownAccount(accountId);
}

/** Where accounts and what is known of them are read from. */
export function accountsPorts(db: StoreDb): AccountsPorts {
  return {
    accounts: () => listAccounts(db),
    pauseOf: (accountId) => pauseOf(db, accountId),
    learningOf: (accountId) => learningOf(db, accountId),
  };
}

/** Who types a command: whoever the operating system says it is. */
export function commandLineCaller(): Caller {
  return { name: userInfo().username };
}

function storedAccounts(db: StoreDb, historyMs: number): AccountRegister {
  return {
    originOf: async (accountId) => (await accountOrigins(db)).get(accountId) ?? null,
    add: (account, now) => saveAccount(db, account, 'command', { historyMs, now }),
    pause: (accountId, pause) => storePause(db, accountId, pause),
    resume: (accountId) => removePause(db, accountId),
    retire: (accountId) => retireAccount(db, accountId),
  };
}
