import type { Command } from 'commander';
import type { StartOptions } from '../start/start.ts';
import { ownConfigOf } from './global-options.ts';
import { refuseIdleOptions } from './idle-options.ts';

/** `trailhound start`: everything on this machine. */
export function registerStart(program: Command): void {
  const command = program
    .command('start')
    .description('run everything on this machine; without a configuration, on a simulated AWS')
    .option('--temporal-ui', "serve Temporal's web UI too, on this machine's loopback interface (see docs/security.md)")
    .option('--fresh', 'forget first all cases, events, audit records and keys that this machine keeps')
    .option('--yes', 'mean it: --fresh asks for this where real accounts are watched')
    .addHelpText(
      'after',
      `
Examples:
  $ npm start
  $ npm start -- --config trailhound.toml
  $ npm start -- --temporal-ui
  $ npm start -- --fresh                      the simulation from its beginning

Ctrl-C stops everything; the next start goes on where it stopped.`,
    )
    .action(async (options: StartOptions, command: Command) => {
      const { start } = await import('../start/start.ts');
      await start(await ownConfigOf(command), options);
    });
  refuseIdleOptions<StartOptions>(command, [
    {
      option: 'yes',
      when: ({ fresh }) => fresh !== true,
      why: 'confirms --fresh, and does nothing without it: leave it out',
    },
  ]);
}
