import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AccountReads, externalIdPattern, regionPattern, roleArnPattern } from '../../model/account.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { configOf } from './global-options.ts';
import { refuseIdleOptions } from './idle-options.ts';
import { accountIdOption, durationOption, instantAheadOption } from './instant-option.ts';
import { reasonOption } from './reason-option.ts';
import { repeated } from './repeated-option.ts';

interface Json {
  readonly json?: boolean;
}

interface AddOptions extends Json {
  readonly name?: string;
  readonly region?: readonly string[];
  readonly read?: AccountReads;
  readonly pollRole?: string;
  readonly evidenceRole?: string;
  readonly externalId?: string;
  readonly evidenceExternalId?: string;
  readonly interval?: number;
}

interface PauseOptions extends Json {
  readonly reason: string;
  readonly owner?: string;
  readonly until: Instant;
}

/** `trailhound accounts list|add|pause|resume|remove|check`: which AWS accounts are watched, and whether they can be. */
export function registerAccounts(program: Command): void {
  const accounts = program
    .command('accounts')
    .description('list, add, pause, remove and check the watched AWS accounts')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound accounts list
  $ trailhound accounts check 111122223333`,
    );
  registerList(accounts);
  registerAdd(accounts);
  registerPause(accounts);
  registerResume(accounts);
  registerRemove(accounts);
  registerCheck(accounts);
}

function registerList(parent: Command): void {
  parent
    .command('list')
    .description('list the accounts, with their state and how far their learning is')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound accounts list
  $ trailhound accounts list --json | jq '.accounts[] | select(.lifecycle == "paused")'`,
    )
    .option('--json', 'print {"accounts":[...]}')
    .action(async (options: Json, command: Command) => {
      const { printAccounts } = await import('../accounts/print.ts');
      await printAccounts(await configOf(command), options);
    });
}

function registerAdd(parent: Command): void {
  const add = parent
    .command('add')
    .argument('<account>', 'twelve digits', accountIdOption)
    .description('watch one more account, beside those of the configuration')
    .option('--region <name>', 'a region to read; once for each (default: all that the account has enabled)', regionsOf)
    .addOption(
      new Option('--read <what>', 'what to read; write-only leaves read-only events out').choices([
        'all',
        'write-only',
      ]),
    )
    .option('--name <name>', 'what people call it')
    .option(
      '--poll-role <arn>',
      'the role that may read CloudTrail there (default: the own credentials)',
      roleArnOption,
    )
    .option('--evidence-role <arn>', 'the role that may look at IAM and the trail for evidence there', roleArnOption)
    .option('--external-id <text>', "the roles' external ID", externalIdOption)
    .option(
      '--evidence-external-id <text>',
      "the evidence role's external ID, where it has one of its own",
      externalIdOption,
    )
    .option('--interval <duration>', 'how often to poll: 5m (default: as configured)', durationOption)
    .option('--json', 'print the account')
    .addHelpText(
      'after',
      `
Such an account is read, judged and looked into. To change something in it, after an approval, it has to be named in the
configuration with a respond role: nobody gets that right from the store.

Examples:
  $ trailhound accounts add 111122223333 --region us-east-1 --region eu-central-1 \\
      --poll-role arn:aws:iam::111122223333:role/TrailhoundPoll --external-id 8f14e45f \\
      --evidence-role arn:aws:iam::111122223333:role/TrailhoundEvidence --evidence-external-id c9f0f895
  $ trailhound accounts check 111122223333`,
    )
    .action(async (id: AccountId, options: AddOptions, command: Command) => {
      const { printAdded } = await import('../accounts/print.ts');
      const { region = [], read, interval, json, ...rest } = options;
      const given = {
        id,
        regions: region,
        ...(read === undefined ? {} : { reads: read }),
        ...rest,
        ...(interval === undefined ? {} : { intervalMs: interval }),
      };
      await printAdded(await configOf(command), given, json === undefined ? {} : { json });
    });
  refuseIdleOptions<AddOptions>(add, [
    {
      option: 'externalId',
      when: ({ pollRole, evidenceRole }) => pollRole === undefined && evidenceRole === undefined,
      why: 'is that of a role, and does nothing without one: give --poll-role or --evidence-role too',
    },
    {
      option: 'evidenceExternalId',
      when: ({ evidenceRole }) => evidenceRole === undefined,
      why: "is the evidence role's, and does nothing without one: give --evidence-role too",
    },
  ]);
}

function registerPause(parent: Command): void {
  parent
    .command('pause')
    .argument('<account>', 'twelve digits', accountIdOption)
    .description('do not read an account for a while; what is missed is read when the pause is over')
    .requiredOption('--reason <text>', 'why', reasonOption)
    .requiredOption('--until <time>', 'when it ends, in UTC, or after how long: 24h', (text) =>
      instantAheadOption(text),
    )
    .option('--owner <name>', 'who answers for it (default: you)')
    .option('--json', 'print the pause')
    .addHelpText(
      'after',
      `
Example:
  $ trailhound accounts pause 111122223333 --reason "moved to another organization" --until 24h`,
    )
    .action(async (id: AccountId, options: PauseOptions, command: Command) => {
      const { printPaused } = await import('../accounts/print.ts');
      await printPaused(await configOf(command), id, options);
    });
}

function registerResume(parent: Command): void {
  parent
    .command('resume')
    .argument('<account>', 'twelve digits', accountIdOption)
    .description('end a pause, and read what was missed')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound accounts resume 111122223333`,
    )
    .option('--json', 'print the account')
    .action(async (id: AccountId, options: Json, command: Command) => {
      const { printResumed } = await import('../accounts/print.ts');
      await printResumed(await configOf(command), id, options);
    });
}

function registerRemove(parent: Command): void {
  parent
    .command('remove')
    .argument('<account>', 'twelve digits', accountIdOption)
    .description('retire an account that was added by command; nothing that is known of it is deleted')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound accounts remove 111122223333
  $ trailhound accounts list`,
    )
    .option('--json', 'print the account')
    .action(async (id: AccountId, options: Json, command: Command) => {
      const { printRemoved } = await import('../accounts/print.ts');
      await printRemoved(await configOf(command), id, options);
    });
}

function registerCheck(parent: Command): void {
  parent
    .command('check')
    .argument('[account]', 'twelve digits (default: all of the configuration)', accountIdOption)
    .description('assume each role, and say which permission is missing in which account; exits 1 where one is')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound accounts check
  $ trailhound accounts check 111122223333 --json | jq '.findings[] | select(.status != "ok")'`,
    )
    .option('--json', 'print {"healthy":...,"findings":[...]}')
    .action(async (id: AccountId | undefined, options: Json, command: Command) => {
      const { printAccountCheck } = await import('../accounts/print.ts');
      await printAccountCheck(await configOf(command), id, options);
    });
}

function regionsOf(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!regionPattern.test(text)) throw new InvalidArgumentError('A region is named like us-east-1.');
  return repeated(text, before);
}

function roleArnOption(text: string): string {
  if (!roleArnPattern.test(text))
    throw new InvalidArgumentError("A role's ARN is like arn:aws:iam::111122223333:role/TrailhoundPoll.");
  return text;
}

function externalIdOption(text: string): string {
  if (!externalIdPattern.test(text))
    throw new InvalidArgumentError('An external ID has 2 to 1,224 letters, digits and _+=,.@:/-, as STS allows.');
  return text;
}
