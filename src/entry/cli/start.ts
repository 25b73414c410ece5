import type { Command } from 'commander';
import { ownConfigOf } from './global-options.ts';

/** `trailhound start`: everything on this machine. */
export const registerStart = (program: Command): void => {
  program
    .command('start')
    .description('run everything on this machine; without a configuration, on a simulated AWS')
    .addHelpText(
      'after',
      `
Examples:
  $ npm start
  $ npm start -- --config trailhound.toml

Ctrl-C stops everything; the next start goes on where it stopped.`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { start } = await import('../start/start.ts');
      await start(await ownConfigOf(command));
    });
};
