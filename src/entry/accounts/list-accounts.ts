import type { LearningState } from '../../model/account.ts';
import type { AccountView } from '../../views/accounts.ts';
import type { Style } from '../terminal/terminal-style.ts';
import { terminalTable } from '../terminal/terminal-table.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';

export function renderAccounts(accounts: readonly AccountView[], style: Style): SafeText {
  if (accounts.length === 0)
    return safe`no account is watched; \`trailhound accounts add\` or the configuration adds one`;
  return terminalTable(
    [
      { head: 'account', of: ({ id }) => plainText(id) },
      { head: 'name', of: ({ name }) => plainText(name), grows: 1 },
      { head: 'state', of: (account) => stateOf(account, style), grows: 1 },
      { head: 'regions', of: regionsText },
      { head: 'every', of: ({ pollIntervalMs }) => safe`${Math.round(pollIntervalMs / 1000)} s` },
      { head: 'learning', of: ({ learning }) => learningText(learning), grows: 1 },
      { head: 'roles', of: ({ roles }) => plainText(Object.keys(roles).join(', ') || 'own credentials'), grows: 1 },
    ],
    accounts,
    style,
  );
}

/** How many are read, and whether more may come. */
function regionsText({ regions, discoversRegions, reads }: AccountView): SafeText {
  const scope = discoversRegions === true ? safe`all: ${regions.length}` : safe`${regions.length}`;
  return reads === 'write-only' ? safe`${scope}, write-only` : scope;
}

function stateOf({ lifecycle, pause }: AccountView, style: Style): SafeText {
  if (pause !== null) {
    const until = safe`paused until ${utcTime(pause.until)} by ${plainText(pause.owner)}: ${plainText(pause.reason)}`;
    return style.warning(until);
  }
  return lifecycle === 'watched' ? style.good(plainText(lifecycle)) : style.quiet(plainText(lifecycle));
}

function learningText({ readShare, rulesLearning }: LearningState): SafeText {
  if (readShare >= 1 && rulesLearning.length === 0) return safe`done`;
  return safe`${Math.floor(readShare * 100)} % of its history is read`;
}
