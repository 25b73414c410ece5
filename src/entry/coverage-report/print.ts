import type { AccountId, Instant } from '../../model/ids.ts';
import { currentInstant } from '../../model/instant.ts';
import { amissOnly, coverage, hasGap } from '../../views/coverage.ts';
import { coveragePorts } from '../compose/coverage-ports.ts';
import { darkRulesOf } from '../compose/dark-rules.ts';
import { overStore } from '../compose/over-installation.ts';
import type { Config } from '../config/config.ts';
import { printAnswer, printLine } from '../terminal/terminal-output.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { renderCoverage } from './render.ts';

export interface CoverageOptions {
  readonly account?: AccountId;
  readonly from: Instant;
  /** Now where it is left out. */
  readonly to?: Instant;
  readonly gaps?: boolean;
  readonly json?: boolean;
}

/**
 * Prints what was read of each account's regions. With `--gaps` it exits 1 where one is, where a read does not get on, and where
 * nothing is watched, so that a script can ask.
 */
export async function printCoverage(config: Config, options: CoverageOptions): Promise<void> {
  const query = {
    since: options.from,
    until: options.to ?? currentInstant(),
    ...(options.account === undefined ? {} : { accountId: options.account }),
  };
  const view = await overStore(config, ({ db }) =>
    coverage(
      coveragePorts(db, () => darkRulesOf(config)),
      query,
    ),
  );
  const gapsOnly = options.gaps === true;
  if (options.json === true) await printAnswer('coverage', gapsOnly ? amissOnly(view) : view);
  else printLine(renderCoverage(view, styleFor(process.stdout), { gapsOnly, accountId: options.account }));
  if (gapsOnly && (view.nothingWatched || hasGap(view))) process.exitCode = 1;
}
