import { setInterval } from 'node:timers/promises';
import {
  accountOrigins,
  listAccounts,
  syncAccounts,
  unnamedAccounts,
  UnnamedAccountsError,
} from '../../adapters/store/accounts/account-store.ts';
import type { Store } from '../../adapters/store/database.ts';
import { ensureReconcileSchedule, type PollSchedule, syncPollSchedules } from '../../adapters/temporal/schedules.ts';
import type { RuleSet } from '../../detection/engine.ts';
import type { AccountId } from '../../model/ids.ts';
import { currentInstant } from '../../model/instant.ts';
import type { Config } from '../config/config.ts';
import { historyMsOf } from './activities.ts';
import type { Connections } from './connections.ts';

const reconcileEveryMs = 10_000;

/**
 * Refuses a store that watches other accounts than are configured.
 * @throws UnnamedAccountsError
 */
export async function requireNamedAccounts({ accounts }: Config, { db }: Store): Promise<void> {
  const unnamed = await unnamedAccounts(db, accounts);
  if (unnamed.length > 0) throw new UnnamedAccountsError(unnamed);
}

/** A case of a new account takes longer than this to come about: its first poll has to be read, published and judged before. */
const lookForOthersEveryMs = 2_000;

/**
 * Resolves once the store watches accounts that this configuration does not name, because another worker has brought them; with
 * null at the signal. A worker that went on would draw up plans for cases of theirs without the right to change anything there.
 */
export async function untilOthersAreWatched(
  config: Config,
  store: Store,
  signal: AbortSignal,
): Promise<UnnamedAccountsError | null> {
  try {
    for await (const _ of setInterval(lookForOthersEveryMs, undefined, { signal })) {
      // A store that does not answer is everybody's trouble, and others say so.
      const unnamed = await unnamedAccounts(store.db, config.accounts).catch(() => []);
      if (unnamed.length > 0) return new UnnamedAccountsError(unnamed);
    }
  } catch {
    // The signal ends the waiting so.
  }
  return null;
}

/** The configured accounts, and those that were added by command. */
async function polledAccounts(config: Config, { db }: Store): Promise<readonly PollSchedule[]> {
  const origins = await accountOrigins(db);
  const added = (await listAccounts(db)).filter(({ id }) => origins.get(id) === 'command');
  return [
    ...config.accounts.map((account) => ({ ...account, paused: account.lifecycle === 'paused' })),
    // A pause by command is kept by the store: its schedule goes on, so that reading does when the pause is over.
    ...added.map((account) => ({ ...account, paused: false })),
  ]
    .filter(({ lifecycle }) => lifecycle !== 'retired')
    .map(({ id: accountId, pollIntervalMs: intervalMs, paused }) => ({ accountId, intervalMs, paused }));
}

/**
 * Takes over the configured accounts, and brings the poll schedules in line; returns the watched ones that had none yet.
 * @throws UnnamedAccountsError
 */
export async function scheduleAccounts(
  config: Config,
  ruleSet: RuleSet,
  { store, polling }: Connections,
): Promise<readonly AccountId[]> {
  const now = currentInstant();
  await syncAccounts(store, config.accounts, { historyMs: historyMsOf(config, ruleSet.rules), now });
  const wanted = await polledAccounts(config, store);
  const { created } = await syncPollSchedules(polling, wanted);
  await ensureReconcileSchedule(polling, reconcileEveryMs);
  return created.filter((id) => wanted.some(({ accountId, paused }) => accountId === id && !paused));
}
