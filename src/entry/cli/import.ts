import type { Command } from 'commander';
import { configOf } from './global-options.ts';

interface ImportOptions {
  readonly label?: string;
  readonly json?: boolean;
}

/** `trailhound import`: recordings into the live store, where they are detected on and investigated like any others. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description('put recorded CloudTrail events into the store, to be detected on and investigated like any others')
    .argument('<path...>', 'files, folders or globs of records in any form, packed or not; - for standard input')
    .option(
      '--label <name>',
      'name of the log source that they become, import/<name> (default: the name of the first path)',
    )
    .option('--json', 'print {"source", "records", "newRecords", ...}')
    .addHelpText(
      'after',
      `
Takes records in whatever they are wrapped (docs/input.md), and ECS documents. An event that the store has
already is not stored again. Detection begins when everything is stored, in the order of event times. Whatever stops an
import, the same command goes on with it. What cannot be read as a record is kept and counted. Exits 5 where not all of the input
could be read, or no record in it was known.

Examples:
  $ trailhound import AWSLogs/ --label incident-2026-11
  $ aws cloudtrail lookup-events --output json | trailhound import - --label lookup`,
    )
    .action(async (paths: readonly string[], options: ImportOptions, command: Command) => {
      const { printImport } = await import('../import/print-import.ts');
      await printImport(await configOf(command), paths, options);
    });
}
