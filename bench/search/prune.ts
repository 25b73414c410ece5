import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { Client } from 'pg';
import { startPostgresServer } from '../../src/adapters/embedded/postgres-server.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { pruneStore } from '../../src/adapters/store/upkeep/retention.ts';
import type { Pruned } from '../../src/collection/upkeep-ports.ts';
import { wholeNumber } from '../../src/entry/cli/whole-number-option.ts';
import type { Instant } from '../../src/model/ids.ts';
import { fillStore } from './fill-store.ts';
import { storedTraffic } from './stored-traffic.ts';

interface Options {
  readonly events: number;
  readonly days: number;
  readonly daily: number;
  readonly seed: number;
}

const dayMs = 86_400_000;

await new Command('prune')
  .description(
    'Measures pruning: a store is filled, its oldest days are pruned one a run, as daily, and then half of the rest at once.',
  )
  .option('--events <count>', 'events in the store', wholeNumber, 200_000)
  .option('--days <count>', 'day partitions that they lie in', wholeNumber, 20)
  .option('--daily <count>', 'how many days are pruned one by one', wholeNumber, 5)
  .option('--seed <number>', 'of the events', wholeNumber, 1)
  .addHelpText('after', '\nExample:\n  $ node bench/search/prune.ts --events 5000000 --days 90')
  .action(bench)
  .parseAsync();

async function bench(options: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-bench-prune-'));
  // PostgreSQL runs as another user than root, and has to reach its folder.
  await chmod(folder, 0o755);
  const server = await startPostgresServer({
    dataDir: join(folder, 'postgres'),
    password: randomBytes(12).toString('hex'),
    settings: ['max_wal_size=4GB', 'maintenance_work_mem=512MB'],
  });
  try {
    const url = server.url('postgres');
    const toMs = Math.floor(Date.now() / dayMs) * dayMs;
    const fromMs = toMs - options.days * dayMs;
    const filledMs = await timed(() => fill(url, options, fromMs, toMs));
    console.log(
      `${options.events} events in ${options.days} days, filled in ${seconds(filledMs)} (seed ${options.seed})`,
    );
    await prune(url, options, fromMs);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Events with their keys and sightings, as collection leaves them; an alert rests on one of ten thousand. */
async function fill(url: string, { events, days, seed }: Options, fromMs: number, toMs: number): Promise<void> {
  const partitions = Array.from({ length: days + 1 }, (_, day) => instantOf(fromMs + day * dayMs));
  await fillStore(url, storedTraffic(events, fromMs, toMs, seed), partitions, (rows) => console.error(`${rows} rows`));
  const client = new Client({ connectionString: url });
  await client.connect();
  const statements = [
    `insert into event_keys select account_id, event_id, revision, record_digest, event_time from events order by event_time`,
    `insert into sightings select account_id, event_id, revision, 'lookup/' || account_id || '/' || region, event_time, ingested_at
       from events order by event_time`,
    `create temporary table accused as select account_id, event_id, event_time, row_number() over () as place
       from events where published_seq % 10000 = 0`,
    `insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key, anchor_account_id,
         anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at)
       select 'a' || place, 'r', 'd', 'rule', 'low', 1, '[]', 'g' || place, account_id, event_id, 0, '[]', '{}', '{}', 'live',
         event_time, event_time from accused`,
    `insert into alert_events (alert_id, account_id, event_id, revision, position)
       select 'a' || place, account_id, event_id, 0, 0 from accused`,
    `vacuum analyze`,
  ];
  for (const statement of statements) {
    console.error(statement.slice(0, 50));
    await client.query(statement);
  }
  await client.end();
}

async function prune(url: string, { days, daily }: Options, fromMs: number): Promise<void> {
  const store = openStore(url);
  async function upTo(day: number): Promise<void> {
    const eventsBefore = instantOf(fromMs + day * dayMs);
    const deadline = Date.now() + 3_600_000;
    const pruned: Pruned[] = [];
    const ms = await timed(async () => {
      pruned.push(await pruneStore(store, { eventsBefore, callsBefore: eventsBefore, deadline }));
    });
    console.log(`pruned to day ${day}: ${JSON.stringify(pruned[0])} in ${seconds(ms)}`);
  }
  for (let day = 1; day <= daily; day++) await upTo(day);
  await upTo(daily + Math.floor((days - daily) / 2));
  await store.close();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function instantOf(ms: number): Instant {
  return new Date(ms).toISOString() as Instant;
}
