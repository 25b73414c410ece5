import type { Command } from 'commander';
import { configOf } from './global-options.ts';
import { printAnswer, printProse } from '../terminal/terminal-output.ts';

/** `trailhound doctor`: tells what is wrong with an installation, and what to do. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('probe Temporal, the store, AWS credentials and permissions of each account, keys and the clock')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound doctor
  $ trailhound doctor --config trailhound.toml --json

Exits 0 where all is well, 1 where a probe failed.`,
    )
    .action(async (options: { readonly json?: boolean }, command: Command) => {
      const { examine, renderExamination } = await import('../doctor/examine.ts');
      const examination = await examine(await configOf(command));
      if (options.json === true) await printAnswer('doctor', examination, 2);
      else printProse(renderExamination(examination));
      if (!examination.healthy) process.exitCode = 1;
    });
}
