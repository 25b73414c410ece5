import { type Command, InvalidArgumentError } from 'commander';
import { caseStatuses, type CaseStatus, type Verdict, verdicts } from '../../model/case-state.ts';
import type { Instant } from '../../model/ids.ts';
import { severities, type Severity } from '../../model/severity.ts';
import { timeBound } from '../events/time-bound.ts';
import { configOf } from './global-options.ts';
import { accountIdOption } from './instant-option.ts';
import { wholeNumber } from './whole-number-option.ts';

interface ListOptions {
  readonly account?: string;
  readonly actor?: string;
  readonly rule?: string;
  readonly key?: string;
  readonly severity?: Severity;
  readonly status?: CaseStatus;
  readonly verdict?: Verdict;
  readonly approver?: string;
  readonly action?: string;
  readonly query?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly json?: boolean;
}

interface ChangesOptions {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly limit: number;
  readonly json?: boolean;
}

/** `trailhound audit list|show|changes`: who decided what, on which evidence, and what was done. */
export function registerAudit(program: Command): void {
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
    .description('list cases by what they are about, what was decided and done, and time')
    .option('--account <id>', 'only this AWS account', accountIdOption)
    .option('--actor <text>', 'only actors whose name or ID contains this')
    .option('--rule <rule>', 'only cases with an alert of this rule: its ID, or a part of its name')
    .option('--status <status>', `only this status: ${caseStatuses.join(', ')}`, oneOf(caseStatuses))
    .option('--severity <severity>', `only this severity: ${severities.join(', ')}`, oneOf(severities))
    .option('--verdict <verdict>', `only closed with this verdict: ${verdicts.join(', ')}`, oneOf(verdicts))
    .option('--key <id>', 'only cases about this access key; while Temporal has their history')
    .option('--approver <name>', 'only cases in which this approver decided; while Temporal has their history')
    .option('--action <type>', 'only cases in which such an action was taken; while Temporal has their history')
    .option(
      '--query <filter>',
      "Temporal's own list filter, over TrailhoundTags, TrailhoundStatus, TrailhoundSeverity, TrailhoundVerdict, StartTime, ...",
    )
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
  $ trailhound audit list --rule "uncommon S3 client" --status closed --json
  $ trailhound audit list --approver alice --action deactivateAccessKey
  $ trailhound audit list --query "TrailhoundTags = 'key:AKIAIOSFODNN7EXAMPLE' AND TrailhoundVerdict = 'contained'"`,
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
    .command('changes')
    .description('list what was changed about the installation: accounts, backfills, rules, exceptions, settings')
    .option('--from <time>', 'from this time (UTC) on: 2026-11-24, 2026-11-24T12:00:00Z, 7d, now-7d', (text) =>
      timeBound(text, 'first'),
    )
    .option('--to <time>', 'up to this time (UTC); a day includes all of it', (text) => timeBound(text, 'last'))
    .option('--limit <n>', 'at most so many, the latest', wholeNumber, 200)
    .option('--json', 'print {"entries":[...],"altered":[...]}')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound audit changes --from 30d
  $ trailhound audit changes --json | jq -r '.entries[] | select(.subject == "rules") | .what'

Rules, exceptions and settings are compared when a worker starts: what is recorded is their digests and which were added, removed and
changed, never their values.`,
    )
    .action(async (options: ChangesOptions, command: Command) => {
      const { printChanges } = await import('../audit/print.ts');
      await printChanges(await configOf(command), options);
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
}

function oneOf<T extends string>(allowed: readonly T[]) {
  return (text: string): T => {
    const found = allowed.find((each) => each === text);
    if (found === undefined) throw new InvalidArgumentError(`It is one of ${allowed.join(', ')}.`);
    return found;
  };
}
