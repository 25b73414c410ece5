import { userInfo } from 'node:os';
import {
  accountOrigins,
  type AccountPause,
  findAccount,
  pauseAccount,
  resumeAccount,
  retireAccount,
  saveAccount,
} from '../../adapters/store/account-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { ensurePollSchedule, pollNow, removePollSchedule } from '../../adapters/temporal/schedules.ts';
import type { Account, AccountReads, RoleRef } from '../../model/account.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { Config } from '../config.ts';
import { type Connections, openConnections } from '../connections.ts';

/** An account that nobody watches was named, or one that the configuration decides about. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export interface NewAccount {
  readonly id: AccountId;
  readonly name?: string;
  /** None: all that the account has enabled. */
  readonly regions: readonly string[];
  readonly reads?: AccountReads;
  readonly pollRole?: string;
  readonly evidenceRole?: string;
  /** Of the roles that have none of their own. */
  readonly externalId?: string;
  readonly evidenceExternalId?: string;
  readonly intervalMs?: number;
}

const dayMs = 86_400_000;

/** Adds an account and polls it at once; its history is read in the background. */
export async function addAccount(config: Config, given: NewAccount): Promise<Account> {
  const configured = config.accounts.some((account) => account.id === given.id);
  if (configured) {
    const where = config.file ?? 'the configuration';
    throw new AccountError(
      `account ${given.id} is named in ${where}`,
      `change its [[accounts]] block in ${where}, and restart`,
    );
  }
  return withConnections(config, async ({ store, polling }) => {
    await refuseWatched(store.db, given.id);
    const account = accountOf(given, config.collection.pollIntervalMs);
    await saveAccount(store.db, account, 'command', {
      historyMs: config.collection.historyDays * dayMs,
      now: new Date().toISOString() as Instant,
    });
    await ensurePollSchedule(polling, { accountId: account.id, intervalMs: account.pollIntervalMs, paused: false });
    await pollNow(polling, account.id);
    return account;
  });
}

/** To add one again would change what is read of it without a word. */
async function refuseWatched(db: StoreDb, accountId: AccountId): Promise<void> {
  const origin = (await accountOrigins(db)).get(accountId);
  if (origin === undefined) return;
  throw origin === 'configuration'
    ? new AccountError(
        `account ${accountId} is watched by the configuration of the running copy`,
        'change its [[accounts]] block there, and restart',
      )
    : new AccountError(
        `account ${accountId} is watched already`,
        `to watch it otherwise, run \`trailhound accounts remove ${accountId}\` first: what is known of it stays`,
      );
}

function accountOf(given: NewAccount, intervalMs: number): Account {
  const role = (arn: string, externalId: string | undefined): RoleRef =>
    externalId === undefined ? { arn } : { arn, externalId };
  const { pollRole, evidenceRole, externalId, evidenceExternalId = externalId } = given;
  return {
    id: given.id,
    name: given.name ?? given.id,
    partition: partitionOf(given),
    lifecycle: 'watched',
    regions: given.regions,
    ...(given.regions.length === 0 ? { discoversRegions: true } : {}),
    ...(given.reads === 'write-only' ? { reads: given.reads } : {}),
    roles: {
      ...(pollRole === undefined ? {} : { poll: role(pollRole, externalId) }),
      ...(evidenceRole === undefined ? {} : { evidence: role(evidenceRole, evidenceExternalId) }),
    },
    pollIntervalMs: given.intervalMs ?? intervalMs,
  };
}

/** A region's name tells its partition, and so does a role's ARN. */
function partitionOf({ regions, pollRole }: NewAccount): Account['partition'] {
  const role = pollRole?.split(':')[1];
  if (role === 'aws-cn' || regions.some((region) => region.startsWith('cn-'))) return 'aws-cn';
  return role === 'aws-us-gov' || regions.some((region) => region.startsWith('us-gov-')) ? 'aws-us-gov' : 'aws';
}

/** Stops the reading of an account for a while, with a reason, an owner and an end. */
export async function pause(
  config: Config,
  accountId: AccountId,
  given: { readonly reason: string; readonly owner?: string; readonly until: Instant },
): Promise<AccountPause> {
  if (Date.parse(given.until) <= Date.now()) {
    throw new AccountError(`a pause until ${given.until} is over already`, 'give an end that lies ahead: --until 24h');
  }
  const paused: AccountPause = { reason: given.reason, owner: given.owner ?? userInfo().username, until: given.until };
  await withConnections(config, async ({ store }) => {
    if (!(await pauseAccount(store.db, accountId, paused))) throw unknownAccount(accountId);
  });
  return paused;
}

/** Ends a pause before its time; what was not read meanwhile is read now. */
export async function resume(config: Config, accountId: AccountId): Promise<void> {
  await withConnections(config, async ({ store, polling }) => {
    if (!(await resumeAccount(store.db, accountId))) {
      throw new AccountError(
        `account ${accountId} is not paused`,
        '`trailhound accounts list` shows the state of each',
      );
    }
    await pollNow(polling, accountId);
  });
}

/** Retires an account: it is polled no more, and nothing that is known of it is deleted. */
export async function remove(config: Config, accountId: AccountId): Promise<void> {
  if (config.accounts.some((account) => account.id === accountId)) {
    const where = config.file ?? 'the configuration';
    throw new AccountError(
      `account ${accountId} is named in ${where}`,
      `give its [[accounts]] block \`lifecycle = "retired"\` and restart`,
    );
  }
  await withConnections(config, async ({ store, polling }) => {
    if (!(await retireAccount(store.db, accountId))) throw unknownAccount(accountId);
    await removePollSchedule(polling, accountId);
  });
}

/** The account as the store has it, else as the configuration has it. */
export async function accountToCheck(config: Config, accountId: AccountId): Promise<Account> {
  const configured = config.accounts.find((account) => account.id === accountId);
  // Regions that were discovered are in the store alone.
  if (configured?.discoversRegions === true) {
    return withConnections(config, async ({ store }) => (await findAccount(store.db, accountId)) ?? configured);
  }
  const known = configured ?? (await withConnections(config, ({ store }) => findAccount(store.db, accountId)));
  if (known === null) throw unknownAccount(accountId);
  return known;
}

function unknownAccount(accountId: AccountId): AccountError {
  return new AccountError(
    `account ${accountId} is not watched`,
    '`trailhound accounts list` shows those that are, `trailhound accounts add` adds one',
  );
}

async function withConnections<T>(config: Config, work: (connections: Connections) => Promise<T>): Promise<T> {
  const connections = await openConnections(config);
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}
