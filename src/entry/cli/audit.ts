import { type Command, InvalidArgumentError } from 'commander';
import { caseStatuses, type CaseStatus } from '../../model/case-state.ts';
import type { Instant } from '../../model/ids.ts';
import { timeBound } from '../events/time-bound.ts';
import { configOf } from './global-options.ts';
import { accountIdOption } from './instant-option.ts';

interface ListOptions {
  readonly account?: string;
  readonly actor?: string;
  readonly rule?: string;
  readonly status?: CaseStatus;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly json?: boolean;
}

/** `trailhound audit list|show`: who decided what, on which evidence, and what was done. */
export const registerAudit = (program: Command): void => {
  const audit = program
    .command('audit')
    .description("find cases, and tell a case's story from its workflow history")
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound audit list --from 7d
  $ trailhound audit show TH-7Q2M9K`,
    );
  audit
    .command('list')
    .description('list cases by account, actor, rule, status and time')
    .option('--account <id>', 'only this AWS account', accountIdOption)
    .option('--actor <text>', 'only actors whose name or ID contains this')
    .option('--rule <rule>', 'only cases with an alert of this rule: its ID, or a part of its name')
    .option('--status <status>', `only this status: ${caseStatuses.join(', ')}`, statusOf)
    .option(
      '--from <time>',
      'opened at this time (UTC) or later: 2026-11-24, 2026-11-24T12:00:00Z, 7d, now-7d',
      (text) => timeBound(text, 'first'),
    )
    .option('--to <time>', 'opened at this time (UTC) or before; a day includes all of it', (text) =>
      timeBound(text, 'last'),
    )
    .option('--json', 'print {"audits":[...]}')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound audit list --account 111122223333 --from 2026-11-01
  $ trailhound audit list --rule "uncommon S3 client" --status closed --json`,
    )
    .action(async (options: ListOptions, command: Command) => {
      const { printAuditList } = await import('../audit/print.ts');
      const { account, from, to, ...rest } = options;
      await printAuditList(await configOf(command), {
        ...rest,
        ...(account === undefined ? {} : { accountId: account }),
        ...(from === undefined ? {} : { openedFrom: from }),
        ...(to === undefined ? {} : { openedTo: to }),
      });
    });
  audit
    .command('show')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description('tell the story of a case: what was seen, who decided what when, what was done and verified')
    .option('--json', 'print the story as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound audit show TH-7Q2M9K
  $ trailhound audit show TH-7Q2M9K --json | jq '.entries[] | select(.kind == "decided")'`,
    )
    .action(async (caseId: string, options: { readonly json?: boolean }, command: Command) => {
      const { printAudit } = await import('../audit/print.ts');
      await printAudit(await configOf(command), caseId, options);
    });
};

const statusOf = (text: string): CaseStatus => {
  const status = caseStatuses.find((each) => each === text);
  if (status === undefined) throw new InvalidArgumentError(`It is one of ${caseStatuses.join(', ')}.`);
  return status;
};
