import type { Command } from 'commander';
import { notReadWhole } from './exit-codes.ts';
import { repeated } from './repeated-option.ts';
import { safe, safeJson } from '../../model/safe-text.ts';
import { currentInstant } from '../../model/instant.ts';

interface NormalizeCommandOptions {
  readonly mmdb?: readonly string[];
  readonly ingested: boolean;
}

/** `trailhound normalize`: CloudTrail records as ECS documents, one a line. */
export function registerNormalize(program: Command): void {
  program
    .command('normalize')
    .description('print CloudTrail records as ECS documents, one a line')
    .argument(
      '[path...]',
      'files, folders or globs of records in any form, packed or not; - or nothing for standard input',
    )
    .option('--mmdb <file>', 'MaxMind databases for source.geo and source.as', repeated)
    .option('--no-ingested', 'leave event.ingested out, so that the same input gives the same output')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound normalize logs/ > events.ndjson
  $ aws cloudtrail lookup-events --output json | trailhound normalize

Takes records in whatever they are wrapped (docs/input.md). Malformed records are named on stderr and skipped. Exits 5 where not
all of the input could be read, or no record in it was known.`,
    )
    .action(async (paths: readonly string[], options: NormalizeCommandOptions) => {
      const { openAddressDatabases } = await import('../../adapters/files/address-database.ts');
      const { inputsOf, readEvents } = await import('../detection/input-events.ts');
      const { readingReport } = await import('../detection/reading-report.ts');
      const { printPart, tellLine } = await import('../terminal/terminal-output.ts');
      const inputs = inputsOf(paths);
      const reading = readingReport(inputs, tellLine);
      let records = 0;
      const ingestedAt = currentInstant();
      await readEvents(inputs.sources, {
        enrich: await openAddressDatabases(options.mmdb ?? []),
        optionsFor: (found) => ({
          ...(options.ingested ? { ingestedAt } : {}),
          ...(found.kind === 'cloudtrail' ? { original: JSON.stringify(found.record) } : {}),
        }),
        onEvent: async (document) => {
          records += 1;
          await printPart(safe`${safeJson(document)}\n`);
        },
        onMalformed: (place, problem, eventId) => reading.note(place, problem, eventId),
        onOther: ({ path }, form) => reading.noteOther({ path, form, count: 1 }),
      });
      reading.finish();
      if (!reading.isWhole(records)) process.exitCode = notReadWhole;
    });
}
