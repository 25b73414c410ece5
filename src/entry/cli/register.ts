import type { Command } from 'commander';
import { configOf } from './global-options.ts';

/** `trailhound register`: whether the responder's own memory and the store agree. */
export function registerRegister(program: Command): void {
  const register = program
    .command('register')
    .description("the responder's register of what was spent, which nothing in the database can make it forget")
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound register check
  $ trailhound register accept --reason "database restored from the backup of 27 November"`,
    );
  register
    .command('check')
    .description('compare the register with the store; where they differ, responses are stopped')
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      `
Exits 0 where they agree, 1 where they differ. Run it where the worker runs.

Examples:
  $ trailhound register check
  $ trailhound register check --json || echo "responses are stopped"`,
    )
    .action(async (options: { readonly json?: boolean }, command: Command) => {
      const { printRegisterCheck } = await import('../register/print.ts');
      await printRegisterCheck(await configOf(command), options);
    });
  register
    .command('accept')
    .description(
      'let responses go on after a restored database or a lost register; nothing that was begun can be done again',
    )
    .requiredOption('--reason <text>', 'what happened, for the audit trail')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound register check
  $ trailhound register accept --reason "database restored from the backup of 27 November"`,
    )
    .action(async (options: { readonly reason: string }, command: Command) => {
      const { printDifferencesAccepted } = await import('../register/print.ts');
      await printDifferencesAccepted(await configOf(command), options.reason);
    });
}
