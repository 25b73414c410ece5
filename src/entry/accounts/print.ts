import {
  type AccountPorts,
  addAccount,
  type NewAccount,
  pauseAccount,
  removeAccount,
  resumeAccount,
} from '../../commands/accounts.ts';
import type { Caller } from '../../commands/caller.ts';
import type { Account } from '../../model/account.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { accounts } from '../../views/accounts.ts';
import { accountPorts, accountsPorts, assertKnown, commandLineCaller } from '../compose/account-commands.ts';
import { darkRulesOf } from '../compose/dark-rules.ts';
import { overConnections, overStore } from '../compose/over-installation.ts';
import type { Config } from '../config/config.ts';
import { darkRuleLines } from '../coverage-report/render.ts';
import { accountsExamination } from '../../views/examination.ts';
import { renderExamination } from '../doctor/examine.ts';
import { probeAws } from '../doctor/probe-aws.ts';
import { printAnswer, printLine, printProse, tellLine } from '../terminal/terminal-output.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { accountToCheck } from '../compose/account-to-check.ts';
import { renderAccounts } from './list-accounts.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

interface Output {
  readonly json?: boolean;
}

/** Runs an act over the installation's connections, in the name of whoever types it. */
async function changing<T>(
  config: Config,
  act: (ports: AccountPorts, caller: Caller) => Promise<T>,
  first?: Parameters<typeof overConnections>[2],
): Promise<T> {
  return await overConnections(
    config,
    (connections) => act(accountPorts(config, connections), commandLineCaller()),
    first,
  );
}

/** The same for an account that has to be there: that it is not is said whether or not Temporal answers. */
async function changingKnown<T>(
  config: Config,
  accountId: AccountId,
  act: (ports: AccountPorts, caller: Caller) => Promise<T>,
): Promise<T> {
  return await changing(config, act, ({ db }) => assertKnown(db, accountId));
}

export async function printAccounts(config: Config, { json }: Output): Promise<void> {
  const answer = await overStore(config, ({ db }) => accounts(accountsPorts(db)));
  if (json === true) await printAnswer('accounts list', answer);
  else printLine(renderAccounts(answer.accounts, styleFor(process.stdout)));
}

export async function printAdded(config: Config, given: NewAccount, { json }: Output): Promise<void> {
  const account = await changing(config, (ports, caller) => addAccount(ports, caller, given));
  if (json === true) await printAnswer('accounts add', { account });
  else
    printProse(
      safe`account ${plainText(account.id)} is watched in ${regionsOf(account)}${account.reads === 'write-only' ? safe`, write-only events alone` : safe``}`,
    );
  if (!config.accounts.some(({ id }) => id === account.id)) {
    tellLine(
      safe`it is read, judged and looked into from now on; to respond in it, name it in the configuration too, with a respond role`,
    );
  }
}

function regionsOf({ discoversRegions, regions }: Account): SafeText {
  return discoversRegions === true ? safe`all regions that it has enabled` : plainText(regions.join(', '), 1_000);
}

export async function printPaused(
  config: Config,
  accountId: AccountId,
  given: { readonly reason: string; readonly owner?: string; readonly until: Instant } & Output,
): Promise<void> {
  const paused = await changingKnown(config, accountId, (ports, caller) =>
    pauseAccount(ports, caller, { accountId, ...given }),
  );
  if (given.json === true) await printAnswer('accounts pause', { account: accountId, pause: paused });
  else printProse(safe`account ${plainText(accountId)} is paused until ${utcTime(paused.until)} UTC`);
}

export async function printResumed(config: Config, accountId: AccountId, { json }: Output): Promise<void> {
  await changingKnown(config, accountId, (ports, caller) => resumeAccount(ports, caller, accountId));
  if (json === true) await printAnswer('accounts resume', { account: accountId });
  else printProse(safe`account ${plainText(accountId)} is watched again`);
}

export async function printRemoved(config: Config, accountId: AccountId, { json }: Output): Promise<void> {
  await changingKnown(config, accountId, (ports, caller) => removeAccount(ports, caller, accountId));
  if (json === true) await printAnswer('accounts remove', { account: accountId });
  else printProse(safe`account ${plainText(accountId)} is retired; what is known of it stays`);
}

/** Assumes each role of the accounts, and names what is missing; exits 1 where something is. */
export async function printAccountCheck(
  config: Config,
  accountId: AccountId | undefined,
  { json }: Output,
): Promise<void> {
  const checked = accountId === undefined ? config.accounts : [await accountToCheck(config, accountId)];
  const findings = await probeAws(config, checked);
  const darkRules = checked.some(({ reads }) => reads === 'write-only') ? await darkRulesOf(config) : [];
  const answer = accountsExamination(findings, darkRules);
  if (json === true) await printAnswer('accounts check', answer);
  else {
    printProse(renderExamination(answer));
    if (darkRules.length > 0) printProse(safeJoin(darkRuleLines(darkRules, styleFor(process.stdout)), '\n'));
  }
  if (!answer.healthy) process.exitCode = 1;
}
