import { type Command, InvalidArgumentError, Option } from 'commander';
import { maxNoteLength, personsVerdicts, type PersonsVerdict } from '../../model/case-state.ts';
import type { Instant } from '../../model/ids.ts';
import type { AskingOptions } from '../investigations/print.ts';
import { configOf } from './global-options.ts';
import { instantAheadOption } from './instant-option.ts';
import { reasonOption } from './reason-option.ts';
import { repeated } from './repeated-option.ts';

/** `trailhound investigations accept|close|note|assign|unassign|link|split`: what people do about a case beside deciding on its plan. */
export function registerCaseActs(investigations: Command): void {
  registerAccept(investigations);
  registerClose(investigations);
  registerNote(investigations);
  registerAssign(investigations);
  registerUnassign(investigations);
  registerLink(investigations);
  registerSplit(investigations);
}

interface ReasonedOptions extends AskingOptions {
  readonly reason: string;
}

function registerAccept(parent: Command): void {
  caseCommand(parent, 'accept')
    .argument('<way-in>', 'the ID of a way in, whole, as `investigations show CASE --identity` has it')
    .description('let a way in stay as it is, with a reason, by your signature')
    .requiredOption('--reason <text>', 'why it may stay, for the audit trail', reasonOption)
    .option(
      '--until <time>',
      'until when it may stay, in UTC, or after how long: 7d (default: until the case closes)',
      (text) => instantAheadOption(text),
    )
    .option('--key <file>', "your approver's key (default: the local one in the data folder)")
    .option('--approver <name>', 'who you are, where the configuration here does not know your key')
    .option('--json', 'print what was signed as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations show TH-7Q2M9K --identity
  $ trailhound investigations accept TH-7Q2M9K 5f0c2a91d37be8460c1f --reason "the partner's account, contract 4711" --until 30d

What is printed is exactly what is signed, with the records that show the way in, and what it means last; a terminal asks before it is signed. With every way in closed or accepted, the case may close as contained. A way in that is
not the same any more is not covered, nor is one that the intruder calls by after it was accepted: it is open again.
Exits 0 once it is accepted, 3 where it was refused.`,
    )
    .action(
      async (
        caseId: string,
        wayIn: string,
        options: ReasonedOptions & { readonly until?: Instant; readonly approver?: string },
        command: Command,
      ) => {
        const { printAccepted } = await import('../investigations/print-acts.ts');
        await printAccepted(await configOf(command), { ...options, caseId, wayIn });
      },
    );
}

function registerClose(parent: Command): void {
  withAsker(caseCommand(parent, 'close'))
    .description('close a case with your verdict')
    .addOption(new Option('--verdict <verdict>', 'what it was').choices(personsVerdicts).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why, for the audit trail', reasonOption)
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations close TH-7Q2M9K --verdict authorised-test --reason "red team exercise of May, ticket SEC-311"
  $ trailhound investigations close TH-7Q2M9K --verdict true-positive --reason "key of a former employee, all closed by hand"

An intrusion (true-positive) closes when every way in is closed or accepted, and not before. The other verdicts say that there was no
intruder, or that it cannot be known: they close a case with what is open. A plan that waits is void; later alerts open another case.
Exits 0 once it is closed, 3 where it could not be.`,
    )
    .action(
      async (caseId: string, options: ReasonedOptions & { readonly verdict: PersonsVerdict }, command: Command) => {
        const { printClosed } = await import('../investigations/print-acts.ts');
        await printClosed(await configOf(command), { ...options, caseId });
      },
    );
}

function registerNote(parent: Command): void {
  withAsker(caseCommand(parent, 'note'))
    .argument('<text>', 'what is to be known about it')
    .description('write a note on a case, for whoever looks at it next and for the audit trail')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations note TH-7Q2M9K "called the owner at 03:20: she does not know the client"
  $ trailhound investigations show TH-7Q2M9K --json | jq .notes

A case that has closed takes notes as well. Nothing that was written can be changed. Exits 0 once it is written.`,
    )
    .action(async (caseId: string, text: string, options: AskingOptions, command: Command) => {
      const { printNoted } = await import('../investigations/print-acts.ts');
      await printNoted(await configOf(command), { ...options, caseId, text: noteOf(text) });
    });
}

function registerAssign(parent: Command): void {
  withAsker(caseCommand(parent, 'assign'))
    .argument('<person>', 'who works on it')
    .description('say who works on a case')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations assign TH-7Q2M9K alice
  $ trailhound investigations list --json | jq '.investigations[] | select(.assignedTo == "alice") | .id'

Exits 0 once it is assigned, 3 where the case has ended.`,
    )
    .action(async (caseId: string, person: string, options: AskingOptions, command: Command) => {
      const { printAssigned } = await import('../investigations/print-acts.ts');
      await printAssigned(await configOf(command), { ...options, caseId, person: personOf(person) });
    });
}

function registerUnassign(parent: Command): void {
  withAsker(caseCommand(parent, 'unassign'))
    .description('say that nobody works on a case any more')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations unassign TH-7Q2M9K

Exits 0 once it is assigned to nobody, 3 where the case has ended.`,
    )
    .action(async (caseId: string, options: AskingOptions, command: Command) => {
      const { printAssigned } = await import('../investigations/print-acts.ts');
      await printAssigned(await configOf(command), { ...options, caseId, person: null });
    });
}

function registerLink(parent: Command): void {
  withAsker(caseCommand(parent, 'link'))
    .argument('<other>', 'the ID of the other case')
    .description('join two cases that are about one intruder')
    .requiredOption('--reason <text>', 'how you know, for the audit trail', reasonOption)
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations link TH-7Q2M9K TH-B4XD21 --reason "the same client and address an hour apart"

The older of the two goes on with the alerts of both. What was planned and decided in the other is void, and it says where it went on.
Exits 0 once they are joined, 3 where they could not be.`,
    )
    .action(async (caseId: string, other: string, options: ReasonedOptions, command: Command) => {
      const { printLinked } = await import('../investigations/print-acts.ts');
      await printLinked(await configOf(command), { ...options, caseId, other });
    });
}

function registerSplit(parent: Command): void {
  withAsker(caseCommand(parent, 'split'))
    .description('give what somebody else did a case of its own')
    .requiredOption(
      '--actor <name>',
      'a suspect, by name or ID as `investigations show CASE --identity --json` has it (may be repeated)',
      repeated,
    )
    .requiredOption('--reason <text>', 'how you know, for the audit trail', reasonOption)
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound investigations split TH-7Q2M9K --actor deploy-bot --reason "the pipeline's own run, ticket OPS-82"

The alerts about it move to a new case, and no link joins the two again by itself; \`investigations link\` does. This case is looked at anew.
Exits 0 once it is split, 3 where it could not be.`,
    )
    .action(
      async (caseId: string, options: ReasonedOptions & { readonly actor: readonly string[] }, command: Command) => {
        const { printSplit } = await import('../investigations/print-acts.ts');
        await printSplit(await configOf(command), { ...options, caseId });
      },
    );
}

function caseCommand(parent: Command, name: string): Command {
  return parent.command(name).argument('<case>', 'the ID of a case, such as TH-7Q2M9K');
}

function withAsker(command: Command): Command {
  return command
    .option('--key <file>', "your approver's key, to say who you are (default: the local one in the data folder)")
    .option('--json', 'print the answer as JSON');
}

function noteOf(text: string): string {
  const note = text.trim().toWellFormed().replaceAll('\u0000', '');
  if (note === '') throw new InvalidArgumentError('Write what is to be known.');
  if (note.length > maxNoteLength) throw new InvalidArgumentError(`A note has at most ${maxNoteLength} characters.`);
  return note;
}

function personOf(text: string): string {
  const person = text.trim();
  if (person === '' || person.length > 200 || !person.isWellFormed())
    throw new InvalidArgumentError('Name a person in at most 200 characters; `investigations unassign` names nobody.');
  return person;
}
