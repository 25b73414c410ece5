import { once } from 'node:events';
import type { Command } from 'commander';
import type { Instant } from '../../model/ids.ts';
import { repeated } from './repeated-option.ts';
import { safeJson } from '../../model/safe-text.ts';

interface NormalizeCommandOptions {
  readonly mmdb?: readonly string[];
  readonly ingested: boolean;
}

/** `trailhound normalize`: CloudTrail records as ECS documents, one a line. */
export const registerNormalize = (program: Command): void => {
  program
    .command('normalize')
    .description('print CloudTrail records as ECS documents, one a line')
    .argument(
      '[path...]',
      'files, folders or globs of records (.json, .json.gz, NDJSON); - or nothing for standard input',
    )
    .option('--mmdb <file>', 'MaxMind databases for source.geo and source.as', repeated)
    .option('--no-ingested', 'leave event.ingested out, so that the same input gives the same output')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound normalize logs/ > events.ndjson
  $ aws cloudtrail lookup-events --output json | trailhound normalize

Takes trail files, lists, single records and LookupEvents output. Malformed records are named on stderr and skipped.`,
    )
    .action(async (paths: readonly string[], options: NormalizeCommandOptions) => {
      const { openAddressDatabases } = await import('../../adapters/files/address-database.ts');
      const { readEvents, sourcesOf } = await import('../detection/input-events.ts');
      const { malformedReport } = await import('../detection/malformed-report.ts');
      const sources = sourcesOf(paths);
      const malformed = malformedReport((line) => console.error(line));
      const ingestedAt = new Date().toISOString() as Instant;
      await readEvents(sources, {
        enrich: await openAddressDatabases(options.mmdb ?? []),
        optionsFor: (found) => ({
          ...(options.ingested ? { ingestedAt } : {}),
          ...(found.kind === 'cloudtrail' ? { original: JSON.stringify(found.record) } : {}),
        }),
        onEvent: async (document) => {
          if (!process.stdout.write(`${safeJson(document)}\n`)) await once(process.stdout, 'drain');
        },
        onMalformed: (place, problem) => malformed.note(place, problem),
      });
      malformed.finish();
    });
};
