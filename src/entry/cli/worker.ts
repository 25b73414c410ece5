import type { Command } from 'commander';
import { ownConfigOf } from './global-options.ts';

/** `trailhound worker`: the process that does the work; any number may run. */
export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('run a worker against the configured Temporal and store (`start` runs one by itself)')
    .option('--bundle <file>', 'workflow bundle to run instead of the built one')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound worker --config trailhound.toml

Stops on SIGTERM or Ctrl-C: takes no more work and lets running activities end.`,
    )
    .action(async (options: { readonly bundle?: string }, command: Command) => {
      const { runWorker } = await import('../worker.ts');
      await runWorker(await ownConfigOf(command), options.bundle === undefined ? {} : { bundleFile: options.bundle });
    });
}
