import { listAccounts, pauseOf, type AccountPause } from '../../adapters/store/account-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { learningOf, type LearningState } from '../../adapters/store/readiness-store.ts';
import { plainText } from '../../investigation/plain-text.ts';
import type { Account } from '../../model/account.ts';
import { plainTable, shownTime } from '../investigations/render-case.ts';
import type { Style } from '../terminal-style.ts';

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
  const table = plainTable(['account', 'name', 'state', 'regions', 'every', 'learning', 'roles'], style);
  for (const account of accounts) {
    table.push([
      account.id,
      plainText(account.name),
      stateOf(account, style),
      regionsText(account),
      `${Math.round(account.pollIntervalMs / 1000)} s`,
      learningText(account.learning),
      Object.keys(account.roles).join(', ') || 'own credentials',
    ]);
  }
  return table.toString();
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
