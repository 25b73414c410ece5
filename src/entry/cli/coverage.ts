import { type Command, Option } from 'commander';
import type { AccountId, Instant } from '../../model/ids.ts';
import { timeBound } from '../events/time-bound.ts';
import { configOf } from './global-options.ts';
import { accountIdOption, instantOption } from './instant-option.ts';

interface Options {
  readonly account?: AccountId;
  readonly from?: Instant;
  readonly since?: Instant;
  readonly to?: Instant;
  readonly gaps?: boolean;
  readonly json?: boolean;
}

/** `trailhound coverage`: which minutes of which account and region were read, and which were not. */
export function registerCoverage(program: Command): void {
  program
    .command('coverage')
    .description('show which minutes of each account and region were read completely, and which were not')
    .option('--account <id>', 'only this AWS account', accountIdOption)
    .option(
      '--from <time>',
      'from this time (UTC) on: 2026-11-24, 2026-11-24T12:00:00Z, 7d, now-7d (default: 24 hours before --to)',
      (text) => timeBound(text, 'first'),
    )
    .addOption(
      new Option('--since <time>', 'the same as --from')
        .argParser((text) => timeBound(text, 'first'))
        .conflicts('from'),
    )
    .option('--to <time>', 'up to this time (UTC); a day includes all of it (default: now)', (text) =>
      timeBound(text, 'last'),
    )
    .option(
      '--gaps',
      'only what has gaps, cannot be read now, or had malformed records; exits 1 where one is, and where no account is watched',
    )
    .option('--json', 'print {"accounts":[...],"operationalAlerts":[...]}')
    .addHelpText(
      'after',
      `
"Read completely" means to the last page; that AWS had delivered everything by then is shown by our own calls: each is in
CloudTrail too, and is expected back.

Examples:
  $ trailhound coverage --since 7d
  $ trailhound coverage --from 2026-11-01 --to 2026-11-07
  $ trailhound coverage --gaps || echo "something was not read"
  $ trailhound coverage --account 111122223333 --json | jq '.accounts[].sources[].gaps'`,
    )
    .action(async ({ since, from = since, ...options }: Options, command: Command) => {
      const { printCoverage } = await import('../coverage-report/print.ts');
      const end = options.to === undefined ? undefined : Date.parse(options.to);
      await printCoverage(await configOf(command), { from: from ?? instantOption('24h', end), ...options });
    });
}
