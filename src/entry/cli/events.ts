import { type Command, InvalidArgumentError, Option } from 'commander';
import { plainText } from '../../model/safe-text.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { timeBound } from '../events/time-bound.ts';
import { configOf } from './global-options.ts';
import { refuseIdleOptions } from './idle-options.ts';
import { accountIdOption } from './instant-option.ts';

const outputs = ['table', 'ndjson', 'csv'] as const;

interface SpanOptions {
  readonly account?: AccountId;
  readonly from?: Instant;
  readonly to?: Instant;
}

interface SearchOptions extends SpanOptions {
  readonly pivot?: readonly string[];
  readonly limit: number;
  readonly output: (typeof outputs)[number];
  readonly json?: boolean;
  readonly includeOwn?: boolean;
  readonly oldestFirst?: boolean;
}

/** `trailhound events search|export`: looking at the stored events. */
export function registerEvents(program: Command): void {
  const events = program
    .command('events')
    .description('search the stored events, or list them for reconciliation')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound events search 'event.action: CreateAccessKey' --from 7d
  $ trailhound events export --from 24h > events.ndjson`,
    );
  const search = withSpan(
    events
      .command('search')
      .description('search the stored events with KQL, newest first')
      .argument('[query]', 'a KQL query, as in rules; none means everything'),
  )
    .option(
      '-p, --pivot <kind=value>',
      'a usual question, besides the query: key=AKIA..., user=NAME or ARN (calls by or about the user), ip=ADDRESS or BLOCK, action=NAME; may be repeated',
      collected,
    )
    .option('-l, --limit <number>', 'at most so many events, or "all"', limitOption, 100)
    .addOption(new Option('-o, --output <form>', 'how to print events').choices(outputs).default('table'))
    .option('--json', 'the same as --output ndjson: an ECS document a line')
    .option('--oldest-first', 'in the order in which it happened, not newest first')
    .option('--include-own', "also the records of Trailhound's own calls")
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound events search 'event.action: CreateAccessKey and event.outcome: success' --from 7d
  $ trailhound events search --pivot key=AKIAIOSFODNN7EXAMPLE --from now-90d --limit all --output csv > key.csv
  $ trailhound events search 'user_agent.original: *S3*Browser* and not user.name: backup' --pivot ip=203.0.113.0/24
  $ trailhound events search --pivot user=mallory --from 2026-11-24 --oldest-first
  $ trailhound events search --pivot user=mallory --json --limit all | trailhound detect -

Fields are those of the Elastic Common Schema, as rules use them; \`trailhound normalize\` shows them. Times are event times
in UTC. An event that CloudTrail corrected is shown in each of its revisions. Exits 2 where the query is wrong.`,
    )
    .action(async (query: string | undefined, options: SearchOptions, command: Command) => {
      const { printSearch } = await import('../events/print-search.ts');
      await printSearch(await configOf(command), query ?? '', {
        ...options,
        pivots: options.pivot ?? [],
        output: options.json === true ? 'ndjson' : options.output,
      });
    });
  refuseIdleOptions<SearchOptions>(search, [
    {
      option: 'output',
      when: ({ json, output }) => json === true && output !== 'ndjson',
      why: 'does nothing beside --json, which prints --output ndjson: give one of the two',
    },
  ]);
  withSpan(
    events
      .command('export')
      .description(
        'print what was ingested, a JSON line for each event and log source, for reconciliation with other systems',
      ),
  )
    .option('--json', 'what it prints anyway: JSON lines')
    .addHelpText(
      'after',
      `
Each line is {"account", "event_id", "occurred_at", "ingested_at", "source"}: that log source showed that event, first at
ingested_at. An event that two sources showed has two lines, whatever its revisions; the distinct pairs of account and event_id are
the events. Sorted by account, event ID and source; one snapshot, whatever arrives meanwhile. Own footprints are included.

Examples:
  $ trailhound events export --from 2026-11-01 --to 2026-11-30 > november.ndjson
  $ trailhound events export --account 111122223333 | jq -r .event_id | sort -u | comm -3 - siem-event-ids.txt`,
    )
    .action(async (options: SpanOptions, command: Command) => {
      const { printExport } = await import('../events/print-export.ts');
      await printExport(await configOf(command), options);
    });
}

function withSpan(command: Command): Command {
  return command
    .option('--account <id>', 'only this AWS account', accountIdOption)
    .option('--from <time>', 'events from this time (UTC) on: 2026-11-24, 2026-11-24T12:00:00Z, 7d, now-7d', (text) =>
      timeBound(text, 'first'),
    )
    .option('--to <time>', 'events up to this time (UTC); a day includes all of it', (text) => timeBound(text, 'last'));
}

function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

function limitOption(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new InvalidArgumentError(`Give a number from 1 on, or "all", not "${plainText(text, 40)}".`);
  return limit;
}
