import type { AccountId, Instant } from '../../model/ids.ts';
import { darkRulesOf } from '../compose/dark-rules.ts';
import type { Config } from '../config.ts';
import { openConfiguredStore } from '../connections.ts';
import { printLine } from '../terminal-output.ts';
import { styleFor } from '../terminal-style.ts';
import { renderCoverage } from './render.ts';
import { hasGap, loadCoverage } from './view.ts';
import { safeJson } from '../../model/safe-text.ts';

export interface CoverageOptions {
  readonly account?: AccountId;
  readonly since: Instant;
  readonly gaps?: boolean;
  readonly json?: boolean;
}

/**
 * Prints what was read of each account's regions. With `--gaps` it exits 1 where one is, where a read does not get on, and where
 * nothing is watched, so that a script can ask.
 */
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
    const text = options.json === true ? safeJson(view) : renderCoverage(view, styleFor(process.stdout), { gapsOnly });
    printLine(text);
    if (gapsOnly && (view.nothingWatched || hasGap(view))) process.exitCode = 1;
  } finally {
    await store.close();
  }
}
