import type { Account } from '../../model/account.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { darkRulesOf } from '../compose/dark-rules.ts';
import type { Config } from '../config.ts';
import { openConfiguredStore } from '../connections.ts';
import { darkRuleLines } from '../coverage-report/render.ts';
import { renderExamination } from '../doctor/examine.ts';
import { probeAws } from '../doctor/probe-aws.ts';
import { styleFor } from '../terminal-style.ts';
import { accountToCheck, addAccount, type NewAccount, pause, remove, resume } from './account-changes.ts';
import { loadAccounts, renderAccounts } from './list-accounts.ts';

interface Output {
  readonly json?: boolean;
}

export async function printAccounts(config: Config, { json }: Output): Promise<void> {
  const store = await openConfiguredStore(config);
  try {
    const accounts = await loadAccounts(store.db);
    print(json === true ? JSON.stringify({ accounts }) : renderAccounts(accounts, styleFor(process.stdout)));
  } finally {
    await store.close();
  }
}

export async function printAdded(config: Config, given: NewAccount, { json }: Output): Promise<void> {
  const account = await addAccount(config, given);
  print(
    json === true
      ? JSON.stringify({ account })
      : `account ${account.id} is watched in ${regionsOf(account)}${account.reads === 'write-only' ? ', write-only events alone' : ''}`,
  );
  if (!config.accounts.some(({ id }) => id === account.id)) {
    console.error(
      'it is read, judged and looked into from now on; to respond in it, name it in the configuration too, with a respond role',
    );
  }
}

function regionsOf({ discoversRegions, regions }: Account): string {
  return discoversRegions === true ? 'all regions that it has enabled' : regions.join(', ');
}

export async function printPaused(
  config: Config,
  accountId: AccountId,
  given: { readonly reason: string; readonly owner?: string; readonly until: Instant } & Output,
): Promise<void> {
  const paused = await pause(config, accountId, given);
  print(
    given.json === true
      ? JSON.stringify({ account: accountId, pause: paused })
      : `account ${accountId} is paused until ${paused.until}`,
  );
}

export async function printResumed(config: Config, accountId: AccountId, { json }: Output): Promise<void> {
  await resume(config, accountId);
  print(json === true ? JSON.stringify({ account: accountId }) : `account ${accountId} is watched again`);
}

export async function printRemoved(config: Config, accountId: AccountId, { json }: Output): Promise<void> {
  await remove(config, accountId);
  print(
    json === true
      ? JSON.stringify({ account: accountId })
      : `account ${accountId} is retired; what is known of it stays`,
  );
}

/** Assumes each role of the accounts, and names what is missing; exits 1 where something is. */
export async function printCheck(config: Config, accountId: AccountId | undefined, { json }: Output): Promise<void> {
  const accounts = accountId === undefined ? config.accounts : [await accountToCheck(config, accountId)];
  const findings = await probeAws(config, accounts);
  const healthy = findings.every((finding) => finding.status !== 'failed');
  const darkRules = accounts.some(({ reads }) => reads === 'write-only') ? await darkRulesOf(config) : [];
  if (json === true) print(JSON.stringify({ healthy, findings, darkRules }));
  else {
    print(renderExamination({ healthy, findings }));
    if (darkRules.length > 0) print(darkRuleLines(darkRules, styleFor(process.stdout)).join('\n'));
  }
  if (!healthy) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
