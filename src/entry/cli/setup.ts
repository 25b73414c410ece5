import type { Command } from 'commander';
import { ownConfigOf } from './global-options.ts';
import { plainText } from '../../model/safe-text.ts';
import { printLine } from '../terminal/terminal-output.ts';

/** `trailhound setup`: makes in Temporal what workers need and may not make. */
export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('make the namespaces and search attributes in the configured Temporal, or bring them up to date')
    .addHelpText(
      'after',
      `
To be run once, and again after an update or a changed retention; doing it again changes nothing. \`npm start\` does it for the
server that it runs itself. The credentials need the right to make namespaces and search attributes; in Temporal Cloud, make both there.

Examples:
  $ trailhound setup --config trailhound.toml`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { prepareTemporal } = await import('../compose/prepare-temporal.ts');
      for (const sentence of await prepareTemporal(await ownConfigOf(command))) printLine(plainText(sentence, 1_000));
    });
}
