import type { Command } from 'commander';
import { configOf } from './global-options.ts';
import { repeated } from './repeated-option.ts';

interface ExceptionsOptions {
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

/** `trailhound rules exceptions`: what is excused, by whom, until when, and what that held back. */
export function registerRulesExceptions(rules: Command): void {
  rules
    .command('exceptions')
    .description('list exceptions: rule, owner, reason, expiry, and what they held back live')
    .argument('[id]', 'an exception: list the newest alerts that it prevented instead')
    .option(
      '-r, --rules <path>',
      'files, folders or globs of rules and exceptions (default: those that the installation reads)',
      repeated,
    )
    .option('--json', 'print {"exceptions":[...]}')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules exceptions
  $ trailhound rules exceptions nightly-backup
  $ trailhound rules exceptions --rules rules --rules exceptions/ --json
  $ trailhound rules exceptions --json | jq '.exceptions[] | select(.state == "expired" or .heldBack.events == 0)'

Events are those that an exception took away from its rule; alerts are those that would have arisen without it. Both are
counted by the live installation since it knows the exception, and are - where none can be asked. Exits 1 where a file has
errors.`,
    )
    .action(async (id: string | undefined, options: ExceptionsOptions, command: Command) => {
      const { printExceptions, printPrevented } = await import('../detection/print-exceptions.ts');
      if (id !== undefined) await printPrevented(await configOf(command), id, options);
      else if (!(await printExceptions(await configOf(command), options))) process.exitCode = 1;
    });
}
