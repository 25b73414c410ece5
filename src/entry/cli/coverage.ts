import { type Command, Option } from 'commander';
import type { AccountId, Instant } from '../../model/ids.ts';
import { timeBound } from '../events/time-bound.ts';
import { configOf } from './global-options.ts';
import { accountIdOption, instantOption } from './instant-option.ts';

interface Options {
  readonly account?: AccountId;
  readonly since: Instant;
  readonly gaps?: boolean;
  readonly json?: boolean;
}

/** `trailhound coverage`: which minutes of which account and region were read, and which were not. */
export function registerCoverage(program: Command): void {
  program
    .command('coverage')
    .description('show which minutes of each account and region were read completely, and which were not')
    .option('--account <id>', 'only this AWS account', accountIdOption)
    .addOption(
      new Option('--since <time>', 'from this time (UTC) on, or for so long: 24h, 7d')
        .argParser((text) => timeBound(text, 'first'))
        .default(instantOption('24h'), 'the last 24 hours'),
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
  $ trailhound coverage --gaps || echo "something was not read"
  $ trailhound coverage --account 111122223333 --json | jq '.accounts[].sources[].gaps'`,
    )
    .action(async (options: Options, command: Command) => {
      const { printCoverage } = await import('../coverage-report/print.ts');
      await printCoverage(await configOf(command), options);
    });
}
