import { type Command, InvalidArgumentError } from 'commander';
import type { AccountId, Instant } from '../../model/ids.ts';
import { timeBound } from '../events/time-bound.ts';
import { configOf } from './global-options.ts';
import { accountIdOption } from './instant-option.ts';
import { repeated } from './repeated-option.ts';

interface StartOptions {
  readonly account: AccountId;
  readonly region?: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `trailhound backfill start|list|pause|resume|cancel`: read a span of the past, besides what polls do by themselves. */
export function registerBackfill(program: Command): void {
  const backfill = program
    .command('backfill')
    .description('read a span of the past of an account, and judge its events in the order of their time')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound backfill --account 111122223333 --from 90d --to 7d --wait
  $ trailhound backfill list`,
    );
  backfill
    .command('start', { isDefault: true })
    .description('start one; what is read already is not read again')
    .requiredOption('--account <id>', 'the AWS account', accountIdOption)
    .requiredOption('--from <time>', 'from this time (UTC) on, or for so long: 30d, now-30d', (text) =>
      timeBound(text, 'first'),
    )
    .requiredOption('--to <time>', 'up to this time (UTC), or until so long ago: 7d, now', (text) =>
      timeBound(text, 'first'),
    )
    .option('--region <name>', 'only this region; once for each', repeated)
    .option('--wait', 'follow it to its end')
    .option('--json', 'print {"backfill":...}')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound backfill --account 111122223333 --from 90d --to 7d --wait
  $ trailhound backfill --account 111122223333 --region us-east-1 --from 2026-11-01 --to 2026-11-08
  $ trailhound backfill pause backfill/111122223333/2026-11-01T00:00:00Z/2026-11-08T00:00:00Z`,
    )
    .action(async ({ account, region, from, to, ...output }: StartOptions, command: Command) => {
      const { printStarted } = await import('../backfill/print.ts');
      await printStarted(await configOf(command), { accountId: account, regions: region ?? null, from, to }, output);
    });
  backfill
    .command('list')
    .description('list the backfills, and how far they are')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound backfill list
  $ trailhound backfill list --json | jq -r '.backfills[].id'`,
    )
    .option('--json', 'print {"backfills":[...]}')
    .action(async (options: { readonly json?: boolean }, command: Command) => {
      const { printBackfills } = await import('../backfill/print.ts');
      await printBackfills(await configOf(command), options);
    });
  for (const [change, description] of changes) {
    backfill
      .command(change)
      .argument('<id>', 'as `backfill list` shows it', backfillId)
      .description(description)
      .addHelpText(
        'after',
        `
Examples:
  $ trailhound backfill list
  $ trailhound backfill ${change} backfill/111122223333/2026-11-01T00:00:00Z/2026-11-08T00:00:00Z`,
      )
      .option('--json', 'print {"backfill":...}')
      .action(async (id: string, options: { readonly json?: boolean }, command: Command) => {
        const { printChanged } = await import('../backfill/print.ts');
        await printChanged(await configOf(command), id, change, options);
      });
  }
}

const changes = [
  ['pause', 'let it rest after the slice that it reads'],
  ['resume', 'let it go on'],
  ['cancel', 'end it; what it has read stays'],
] as const;

/** What is no ID of a backfill is said at once, whether or not anybody can be asked. */
function backfillId(text: string): string {
  if (!text.startsWith('backfill/'))
    throw new InvalidArgumentError('A backfill is named as `backfill list` shows it: backfill/ACCOUNT/FROM/TO.');
  return text;
}
