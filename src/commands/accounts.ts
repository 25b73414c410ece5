import type { AuditEntry } from '../audit/audit-kinds.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { auditRecord } from '../audit/audit-record.ts';
import type { Account, AccountPause, AccountReads, RoleRef } from '../model/account.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { Caller } from './caller.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';
import { utcTime } from '../model/utc-time.ts';

/** The accounts in the store. */
export interface AccountRegister {
  /** Where it is watched from; `null`: nobody watches it. */
  readonly originOf: (accountId: AccountId) => Promise<'configuration' | 'command' | null>;
  readonly add: (account: Account, now: Instant) => Promise<void>;
  /** These say whether there was such an account to change. */
  readonly pause: (accountId: AccountId, pause: AccountPause) => Promise<boolean>;
  readonly resume: (accountId: AccountId) => Promise<boolean>;
  readonly retire: (accountId: AccountId) => Promise<boolean>;
}

export interface AccountPorts {
  /** The change and its record stand or fall together. */
  readonly together: <T>(
    work: (store: { readonly accounts: AccountRegister; readonly auditLog: AuditLog }) => Promise<T>,
  ) => Promise<T>;
  /** When accounts are polled. */
  readonly polls: {
    readonly schedule: (account: Account) => Promise<void>;
    readonly now: (accountId: AccountId) => Promise<void>;
    readonly end: (accountId: AccountId) => Promise<void>;
  };
  /** The configuration that names an account, which then decides about it; `null` where none does. */
  readonly configuredIn: (accountId: AccountId) => string | null;
  readonly pollIntervalMs: number;
  readonly now: () => Instant;
}

/** An account that nobody watches was named, or one that the configuration decides about. */
export class AccountError extends TrailhoundError {
  override readonly name = 'AccountError';
  override readonly code = 'account';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
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

/**
 * Adds an account and polls it at once; its history is read in the background.
 *
 * @throws AccountError
 */
export async function addAccount(ports: AccountPorts, caller: Caller, given: NewAccount): Promise<Account> {
  refuseConfigured(ports, given.id, (where) => `change its [[accounts]] block in ${where}, and restart`);
  const account = accountOf(given, ports.pollIntervalMs);
  const at = ports.now();
  await ports.together(async ({ accounts, auditLog }) => {
    refuseWatched(given.id, await accounts.originOf(given.id));
    await accounts.add(account, at);
    await auditLog.append([
      auditRecord({ ...by(caller, at, account.id), kind: 'account-added', data: addedData(account) }),
    ]);
  });
  await ports.polls.schedule(account);
  await ports.polls.now(account.id);
  return account;
}

/**
 * Stops the reading of an account for a while, with a reason, an owner (the caller, where none is named) and an end.
 *
 * @throws AccountError
 */
export async function pauseAccount(
  ports: AccountPorts,
  caller: Caller,
  {
    accountId,
    ...given
  }: { readonly accountId: AccountId; readonly reason: string; readonly owner?: string; readonly until: Instant },
): Promise<AccountPause> {
  const at = ports.now();
  if (Date.parse(given.until) <= Date.parse(at)) {
    throw new AccountError(
      `a pause until ${utcTime(given.until)} UTC is over already`,
      'give an end that lies ahead: --until 24h',
    );
  }
  const pause: AccountPause = { reason: given.reason, owner: given.owner ?? caller.name, until: given.until };
  await ports.together(async ({ accounts, auditLog }) => {
    if (!(await accounts.pause(accountId, pause))) throw unknownAccount(accountId);
    await auditLog.append([auditRecord({ ...by(caller, at, accountId), kind: 'account-paused', data: pause })]);
  });
  return pause;
}

/**
 * Ends a pause before its time; what was not read meanwhile is read now.
 *
 * @throws AccountError
 */
export async function resumeAccount(ports: AccountPorts, caller: Caller, accountId: AccountId): Promise<void> {
  const at = ports.now();
  await ports.together(async ({ accounts, auditLog }) => {
    if (!(await accounts.resume(accountId)))
      throw new AccountError(
        `account ${accountId} is not paused`,
        '`trailhound accounts list` shows the state of each',
      );
    await auditLog.append([auditRecord({ ...by(caller, at, accountId), kind: 'account-resumed', data: {} })]);
  });
  await ports.polls.now(accountId);
}

/**
 * Retires an account: it is polled no more, and nothing that is known of it is deleted.
 *
 * @throws AccountError
 */
export async function removeAccount(ports: AccountPorts, caller: Caller, accountId: AccountId): Promise<void> {
  refuseConfigured(ports, accountId, () => `give its [[accounts]] block \`lifecycle = "retired"\` and restart`);
  const at = ports.now();
  await ports.together(async ({ accounts, auditLog }) => {
    if (!(await accounts.retire(accountId))) throw unknownAccount(accountId);
    await auditLog.append([auditRecord({ ...by(caller, at, accountId), kind: 'account-removed', data: {} })]);
  });
  await ports.polls.end(accountId);
}

export function unknownAccount(accountId: AccountId): AccountError {
  return new AccountError(
    `account ${accountId} is not watched`,
    '`trailhound accounts list` shows those that are, `trailhound accounts add` adds one',
  );
}

function by({ name }: Caller, at: Instant, accountId: AccountId) {
  return { at, actor: name, subject: accountId } as const;
}

function addedData(account: Account): Extract<AuditEntry, { readonly kind: 'account-added' }>['data'] {
  const { name, regions, reads = 'all', pollIntervalMs } = account;
  const roles = Object.fromEntries(Object.entries(account.roles).map(([use, role]) => [use, role.arn]));
  return { name, regions, reads, roles, pollIntervalMs };
}

function refuseConfigured(
  { configuredIn }: AccountPorts,
  accountId: AccountId,
  remedy: (where: string) => string,
): void {
  const where = configuredIn(accountId);
  if (where !== null) throw new AccountError(`account ${accountId} is named in ${where}`, remedy(where));
}

/** To add one again would change what is read of it without a word. */
function refuseWatched(accountId: AccountId, origin: 'configuration' | 'command' | null): void {
  if (origin === 'configuration')
    throw new AccountError(
      `account ${accountId} is watched by the configuration of the running copy`,
      'change its [[accounts]] block there, and restart',
    );
  if (origin === 'command')
    throw new AccountError(
      `account ${accountId} is watched already`,
      `to watch it otherwise, run \`trailhound accounts remove ${accountId}\` first: what is known of it stays`,
    );
}

function accountOf(given: NewAccount, intervalMs: number): Account {
  function role(arn: string, externalId: string | undefined): RoleRef {
    return externalId === undefined ? { arn } : { arn, externalId };
  }
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
