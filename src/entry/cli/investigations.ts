import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  graphFormats,
  reportFormats,
  type GraphFormat,
  type ReportFormat,
} from '../../investigation/report/report-formats.ts';
import { caseStatuses, type CaseStatus } from '../../model/case-state.ts';
import { configOf } from './global-options.ts';
import { refuseIdleOptions } from './idle-options.ts';
import { accountIdOption } from './instant-option.ts';
import { registerCaseActs } from './investigations-acts.ts';
import { reasonOption } from './reason-option.ts';
import type { AskingOptions, CaseScreenOptions, DecisionOptions } from '../investigations/print.ts';

interface ListOptions {
  readonly json?: boolean;
  readonly output: 'table' | 'csv';
  readonly status?: CaseStatus;
  readonly account?: string;
  readonly actor?: string;
  readonly rule?: string;
  readonly limit: number;
}

interface EventsOptions {
  readonly raw?: boolean;
  readonly json?: boolean;
}

/** `trailhound investigations`: look at cases, decide on their plans, and say what is to be said about them. */
export function registerInvestigations(program: Command): void {
  const investigations = program
    .command('investigations')
    .description('list and look at cases, and approve or reject what they propose')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations list
  $ trailhound investigations show TH-7Q2M9K`,
    );
  registerList(investigations);
  registerShow(investigations);
  registerEvents(investigations);
  registerGraph(investigations);
  registerReport(investigations);
  registerApprove(investigations);
  registerReject(investigations);
  registerReplan(investigations);
  registerStop(investigations);
  registerUndo(investigations);
  registerCaseActs(investigations);
}

function registerList(parent: Command): void {
  const list = parent
    .command('list')
    .description('list cases, the latest first')
    .option('--status <status>', `only this status: ${caseStatuses.join(', ')}`, statusOf)
    .option('--account <id>', 'only this AWS account', accountIdOption)
    .option('--actor <text>', 'only actors whose name or ID contains this')
    .option('--rule <rule>', 'only cases with an alert of this rule: its ID, or a part of its name')
    .option('--limit <n>', 'at most so many', countOf, 200)
    .addOption(new Option('--output <form>', 'how to print').choices(['table', 'csv']).default('table'))
    .option('--json', 'print {"investigations":[...]}')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations list --status awaiting-decision
  $ trailhound investigations list --json | jq -r '.investigations[].id'
  $ trailhound investigations list --output csv > cases.csv

A case that closed as contained in the last 7 days and has ways in open is marked, in the table, in CSV (ways_in_left) and in JSON
(waysInLeft): it is opened again within minutes. Of one that closed before that it says that its ways in were not looked at. What such a
case has left to do by hand is counted (left_by_hand, leftByHand); \`show CASE\` has it.`,
    )
    .action(async (options: ListOptions, command: Command) => {
      const { printCases } = await import('../investigations/print.ts');
      await printCases(await configOf(command), options);
    });
  refuseIdleOptions<ListOptions>(list, [
    { option: 'output', when: ({ json }) => json === true, why: 'does nothing beside --json: give one of the two' },
  ]);
}

function registerShow(parent: Command): void {
  const show = parent
    .command('show')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description(
      'show a case: who, from where, what was done, what is open, what is proposed, what that breaks, until when',
    )
    .option('--plan', 'also the plan in full, decisions, and what a response did')
    .option('--timeline', 'also each call of the intruder, alerts and our own acts, in the order of time')
    .option('--evidence', 'also what it means, with the events that prove it, and what was looked at')
    .option('--identity', 'also who belongs to it, and by what they can come in')
    .option('--events', "only the intruder's events, a line of JSON each")
    .option('--json', 'print the case as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations show TH-7Q2M9K
  $ trailhound investigations show TH-7Q2M9K --timeline --evidence
  $ trailhound investigations show TH-7Q2M9K --json | jq .plan.digest

Exits 0 where the case is there, 1 where it is not.`,
    )
    .action(async (caseId: string, options: CaseScreenOptions, command: Command) => {
      const { printCase } = await import('../investigations/print.ts');
      await printCase(await configOf(command), caseId, options);
    });
  refuseIdleOptions<CaseScreenOptions>(show, [
    ...(['plan', 'timeline', 'evidence', 'identity'] as const).map((option) => ({
      option,
      when: ({ events }: CaseScreenOptions) => events === true,
      why: "does nothing beside --events, which prints the intruder's events alone: ask for one of the two",
    })),
    {
      option: 'json',
      when: ({ events }) => events === true,
      why: 'does nothing beside --events, which is JSON already: `investigations events CASE --json` prints one document',
    },
  ]);
}

function registerEvents(parent: Command): void {
  const events = parent
    .command('events')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description("list the calls of a case's identities, as the event store has them")
    .option('--raw', 'print each whole event, a line of JSON each')
    .option('--json', 'print {"events":[...]}')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations events TH-7Q2M9K
  $ trailhound investigations events TH-7Q2M9K --raw | jq .source.ip`,
    )
    .action(async (caseId: string, options: EventsOptions, command: Command) => {
      const { printCaseEvents } = await import('../investigations/print.ts');
      await printCaseEvents(await configOf(command), caseId, options);
    });
  refuseIdleOptions<EventsOptions>(events, [
    {
      option: 'json',
      when: ({ raw }) => raw === true,
      why: 'does nothing beside --raw, which prints each event as JSON: give one of the two',
    },
  ]);
}

function registerGraph(parent: Command): void {
  parent
    .command('graph')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description('show who gave access to whom in a case, as a tree or for a program that draws')
    .addOption(new Option('--format <form>', 'print it in this form').choices(graphFormats))
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations graph TH-7Q2M9K
  $ trailhound investigations graph TH-7Q2M9K --format dot | dot -Tsvg > graph.svg`,
    )
    .action(async (caseId: string, options: { readonly format?: GraphFormat }, command: Command) => {
      const { printCaseGraph } = await import('../investigations/print.ts');
      await printCaseGraph(await configOf(command), caseId, options);
    });
}

function registerReport(parent: Command): void {
  parent
    .command('report')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description('write a case down for whoever has no Trailhound')
    .addOption(
      new Option('--format <form>', 'the form (default: by the ending of --output, else markdown)').choices(
        reportFormats,
      ),
    )
    .option('-o, --output <file>', 'write it into this file, which only you can read (default: standard output)')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations report TH-7Q2M9K --output case.html    one page that can be printed, and runs nothing
  $ trailhound investigations report TH-7Q2M9K --format ocsf           findings of OCSF 1.6, for a SIEM`,
    )
    .action(
      async (
        caseId: string,
        options: { readonly format?: ReportFormat; readonly output?: string },
        command: Command,
      ) => {
        const { printCaseReport } = await import('../investigations/print.ts');
        await printCaseReport(await configOf(command), caseId, options);
      },
    );
}

function decisionHelp(verb: 'approve' | 'reject'): string {
  const notContained = verb === 'approve' ? ', 4 where the response (--wait) did not contain everything' : '';
  return `
Examples:
  $ trailhound investigations ${verb} TH-7Q2M9K --plan 1f0c9a2b7d3e48aa5b6c --reason "not our employee's client"

The decision is signed with your key; what is printed is exactly what is signed: each action with its target and parameters, made of the
plan's content here, and last what it means. A terminal asks before it is signed. If the case has a fresh plan by now, it is
refused, also where the older plan would take a response back.
Exits 0 once the decision is accepted, 3 where it was refused${notContained}.`;
}

function registerApprove(parent: Command): void {
  addDecisionOptions(parent.command('approve'))
    .description('approve a plan, or some of its actions')
    .option(
      '--actions <ids>',
      'only these actions, separated by commas (default: those that the plan recommends)',
      listOf,
    )
    .option('--wait', 'follow the response until it has ended, verified in IAM, and exit by its result')
    .addHelpText('after', decisionHelp('approve'))
    .action(async (caseId: string, options: DecisionOptions, command: Command) => {
      const { printDecision } = await import('../investigations/print.ts');
      await printDecision(await configOf(command), { ...options, caseId, verdict: 'approve' });
    });
}

function registerReject(parent: Command): void {
  addDecisionOptions(parent.command('reject'))
    .description(
      'reject a plan: nothing of it is done, and the case is closed, or waits for a person where a response left a way in open',
    )
    .addHelpText('after', decisionHelp('reject'))
    .action(async (caseId: string, options: DecisionOptions, command: Command) => {
      const { printDecision } = await import('../investigations/print.ts');
      await printDecision(await configOf(command), { ...options, caseId, verdict: 'reject' });
    });
}

function registerReplan(parent: Command): void {
  parent
    .command('replan')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description(
      'ask for a fresh plan: after one has expired, a response did not contain everything, or the case has closed',
    )
    .option('--reason <text>', 'why, for the audit trail', reasonOption)
    .option('--key <file>', "your approver's key, to say who you are (default: the local one in the data folder)")
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations replan TH-7Q2M9K --reason "the plan expired over night"
  $ trailhound investigations replan TH-7Q2M9K && trailhound investigations show TH-7Q2M9K

What was seen since the last plan is told first. The case is looked at anew, which takes a moment, and what came of it is told: a fresh plan, or
why there is none. A case that has closed, as after an undoing, is opened again. Where it gets a fresh plan, a plan to undo that waits is void.
Exits 0 once it has taken the request, 3 where it could not.`,
    )
    .action(async (caseId: string, options: AskingOptions, command: Command) => {
      const { printReplan } = await import('../investigations/print.ts');
      await printReplan(await configOf(command), caseId, options);
    });
}

function registerStop(parent: Command): void {
  parent
    .command('stop')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description('stop the response of a case before its next step; what it has done stays')
    .option('--reason <text>', 'why, for the audit trail', reasonOption)
    .option('--key <file>', "your approver's key, to say who you are (default: the local one in the data folder)")
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations stop TH-7Q2M9K --reason "the key belongs to the payment system"

It needs no plan and no signature: what is stopped changes nothing more. Exits 0 once it is stopping, 3 where nothing is carried out, 6
where it was too late: the response has ended, and what it did is printed.`,
    )
    .action(async (caseId: string, options: AskingOptions, command: Command) => {
      const { printStop } = await import('../investigations/print.ts');
      await printStop(await configOf(command), caseId, options);
    });
}

function registerUndo(parent: Command): void {
  parent
    .command('undo')
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .description('ask for a plan that takes back what the latest response has done; it is approved like any other')
    .option(
      '--plan <digest>',
      'of which response: the digest of its plan, or 20 or more of its first characters (default: the latest)',
    )
    .option('--reason <text>', 'why, for the audit trail', reasonOption)
    .option('--key <file>', "your approver's key, to say who you are (default: the local one in the data folder)")
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations undo TH-7Q2M9K --reason "the key belongs to the payment system"
  $ trailhound investigations undo TH-7Q2M9K --plan 5b6c1f0c9a2b7d3e48aa --reason "the role's sessions have ended"
  $ trailhound investigations approve TH-7Q2M9K --plan 1f0c9a2b7d3e48aa5b6c --reason "the owner answers for it" --wait

The plan to undo waits beside a plan of the case's own that waits already; a plan that the case presents later makes it void.
Exits 0 once the plan waits for a decision, 3 where there is nothing to undo or it is being undone already.`,
    )
    .action(async (caseId: string, options: AskingOptions & { readonly plan?: string }, command: Command) => {
      const { printUndo } = await import('../investigations/print.ts');
      await printUndo(await configOf(command), caseId, options);
    });
}

function addDecisionOptions(command: Command): Command {
  return command
    .argument('<case>', 'the ID of a case, such as TH-7Q2M9K')
    .requiredOption('--plan <digest>', 'the digest of the plan, or 20 or more of its first characters')
    .requiredOption('--reason <text>', 'why, for the audit trail', reasonOption)
    .option('--key <file>', "your approver's key (default: the local one in the data folder)")
    .option('--approver <name>', 'who you are, where the configuration here does not know your key')
    .option('--json', 'print the outcome as JSON');
}

function statusOf(text: string): CaseStatus {
  // Screens have them as words.
  const status = caseStatuses.find((each) => each === text.replaceAll(' ', '-'));
  if (status === undefined) throw new InvalidArgumentError(`It is one of ${caseStatuses.join(', ')}.`);
  return status;
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000) throw new InvalidArgumentError('It is from 1 to 10000.');
  return count;
}

function listOf(text: string): readonly string[] {
  const ids = text.split(',').map((id) => id.trim());
  if (ids.includes('')) throw new InvalidArgumentError('Give action IDs, separated by commas.');
  return ids;
}
