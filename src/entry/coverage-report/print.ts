import type { AccountId, Instant } from '../../model/ids.ts';
import { darkRulesOf } from '../compose/dark-rules.ts';
import type { Config } from '../config.ts';
import { openConfiguredStore } from '../connections.ts';
import { styleFor } from '../terminal-style.ts';
import { renderCoverage } from './render.ts';
import { loadCoverage } from './view.ts';

export interface CoverageOptions {
  readonly account?: AccountId;
  readonly since: Instant;
  readonly gaps?: boolean;
  readonly json?: boolean;
}

/** Prints what was read of each account's regions; exits 1 with `--gaps` where there is one, so that a script can ask. */
export async function printCoverage(config: Config, options: CoverageOptions): Promise<void> {
  const store = await openConfiguredStore(config);
  try {
    const query = {
      since: options.since,
      until: new Date().toISOString() as Instant,
      ...(options.account === undefined ? {} : { accountId: options.account }),
    };
    const view = await loadCoverage(store.db, query, () => darkRulesOf(config));
    const gapsOnly = options.gaps === true;
    const text =
      options.json === true ? JSON.stringify(view) : renderCoverage(view, styleFor(process.stdout), { gapsOnly });
    process.stdout.write(`${text}\n`);
    const hasGap = view.accounts.some((account) => account.sources.some((source) => source.gaps.length > 0));
    if (gapsOnly && hasGap) process.exitCode = 1;
  } finally {
    await store.close();
  }
}
