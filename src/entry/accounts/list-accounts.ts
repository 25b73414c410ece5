import { listAccounts, pauseOf, type AccountPause } from '../../adapters/store/account-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { learningOf, type LearningState } from '../../adapters/store/readiness-store.ts';
import { plainText } from '../../investigation/plain-text.ts';
import type { Account } from '../../model/account.ts';
import { shownTime } from '../investigations/render-case.ts';
import type { Style } from '../terminal-style.ts';
import { terminalTable } from '../terminal-table.ts';

/** A watched account with its pause and how far its learning is. */
export interface AccountView extends Account {
  readonly pause: AccountPause | null;
  readonly learning: LearningState;
}

export async function loadAccounts(db: StoreDb): Promise<readonly AccountView[]> {
  const views: AccountView[] = [];
  for (const account of await listAccounts(db)) {
    const [pause, learning] = [await pauseOf(db, account.id), await learningOf(db, account.id)];
    views.push({ ...account, pause, learning });
  }
  return views;
}

export function renderAccounts(accounts: readonly AccountView[], style: Style): string {
  if (accounts.length === 0) return 'no account is watched; `trailhound accounts add` or the configuration adds one';
  return terminalTable(
    [
      { head: 'account', of: ({ id }) => id },
      { head: 'name', of: ({ name }) => plainText(name), grows: 1 },
      { head: 'state', of: (account) => stateOf(account, style), grows: 1 },
      { head: 'regions', of: regionsText },
      { head: 'every', of: ({ pollIntervalMs }) => `${Math.round(pollIntervalMs / 1000)} s` },
      { head: 'learning', of: ({ learning }) => learningText(learning), grows: 1 },
      { head: 'roles', of: ({ roles }) => Object.keys(roles).join(', ') || 'own credentials', grows: 1 },
    ],
    accounts,
    style,
  );
}

/** How many are read, and whether more may come. */
function regionsText({ regions, discoversRegions, reads }: AccountView): string {
  const scope = discoversRegions === true ? `all: ${regions.length}` : String(regions.length);
  return reads === 'write-only' ? `${scope}, write-only` : scope;
}

function stateOf({ lifecycle, pause }: AccountView, style: Style): string {
  if (pause !== null) {
    const until = `paused until ${shownTime(pause.until)} by ${plainText(pause.owner)}: ${plainText(pause.reason)}`;
    return style.warning(until);
  }
  return lifecycle === 'watched' ? style.good(lifecycle) : style.quiet(lifecycle);
}

function learningText({ readShare, rulesLearning }: LearningState): string {
  if (readShare >= 1 && rulesLearning.length === 0) return 'done';
  return `${Math.floor(readShare * 100)} % of its history is read`;
}
