import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startPostgresServer } from '../../src/adapters/embedded/postgres-server.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { searchEvents } from '../../src/adapters/store/events/event-search.ts';
import { searchQuery } from '../../src/views/event-query.ts';
import type { Instant } from '../../src/model/ids.ts';
import { SeededRandom } from '../detect/random.ts';
import { fillStore } from './fill-store.ts';
import { storedTraffic, type TrafficEvent } from './stored-traffic.ts';

/**
 * How fast the usual questions to the event store are answered: `node bench/search/run.ts --events 5000000`. Each question is asked
 * through the code that `trailhound events search` runs, for the newest 100 events. Exits 1 where a pivot's 95th percentile is over a second.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    days: { type: 'string', default: '90' },
    questions: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    /** A filled folder of an earlier run (--keep), which is asked again. */
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const count = Number(values.events);
const days = Number(values.days);
const seed = Number(values.seed);
const dayMs = 24 * 60 * 60 * 1000;
const goalMs = 1000;
const shownEvents = 100;

interface Question {
  readonly text: string;
  readonly pivots: readonly string[];
  readonly from?: Instant;
}

const nothing = { text: '', pivots: [] } as const;

/** Kinds of question; each takes its values from an event that is there. Those of the first group are held to the goal. */
const pivots: Readonly<Record<string, (event: TrafficEvent) => Question>> = {
  key: (event) => ({ text: '', pivots: [`key=${event.accessKeyId ?? 'AKIANOBODY0000000000'}`] }),
  user: (event) => ({ text: '', pivots: [`user=${event.userName}`] }),
  'user by ARN': (event) => ({ text: '', pivots: [`user=${event.userArn}`] }),
  ip: (event) => ({ text: '', pivots: [`ip=${event.address}`] }),
  'ip block /24': (event) => ({ text: '', pivots: [`ip=${event.address.replace(/\.\d+$/, '.0/24')}`] }),
  action: (event) => ({ text: '', pivots: [`action=${event.action}`] }),
  'action, failed': (event) => ({ text: `event.action: ${event.action} and event.outcome: failure`, pivots: [] }),
  'user and action': (event) => ({ text: '', pivots: [`user=${event.userName}`, `action=${event.action}`] }),
  'key that is not there': () => ({ text: '', pivots: ['key=AKIANOTTHERE00000000'] }),
  'address that is not there': () => ({ text: '', pivots: ['ip=240.0.0.1'] }),
};
const others: Readonly<Record<string, (event: TrafficEvent) => Question>> = {
  'the newest events': () => nothing,
  'several actions': (event) => ({ text: `event.action: (${event.action} or CreateUser or DeleteRole)`, pivots: [] }),
  'client by wildcard, 7 days': (event) => ({
    text: `user_agent.original: *${event.userAgent.slice(4, 16).replaceAll(' ', '*').replaceAll('/', '*')}*`,
    pivots: [],
    from: ago(7),
  }),
  'free text, 7 days': (event) => ({ text: `"${event.userName}"`, pivots: [], from: ago(7) }),
  'a field without a column, 7 days': () => ({
    text: 'aws.cloudtrail.error_code: NoSuchThing',
    pivots: [],
    from: ago(7),
  }),
};

function ago(of: number): Instant {
  return new Date(Date.now() - of * dayMs).toISOString() as Instant;
}

function traffic(toMs: number): Generator<TrafficEvent> {
  return storedTraffic(count, toMs - days * dayMs, toMs, seed);
}

async function ask(store: Store, { text, pivots: of, from }: Question): Promise<number> {
  const query = searchQuery(text, of);
  const begun = performance.now();
  let found = 0;
  const more = from === undefined ? {} : { from };
  for await (const event of searchEvents(store.db, { ...query, ...more, includeOwn: false, expected: shownEvents })) {
    found += 1;
    if (found === shownEvents || event.eventId === '') break;
  }
  return performance.now() - begun;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Every so many-th event: common values are sampled as often as they occur, and a third of the questions asks for rare ones. */
function sampleOf(toMs: number, questions: number): readonly TrafficEvent[] {
  const random = new SeededRandom(seed + 1);
  const every = Math.max(1, Math.floor(count / (questions * 20)));
  const sample: TrafficEvent[] = [];
  const seen = new Map<string, number>();
  let index = 0;
  for (const event of traffic(toMs)) {
    seen.set(event.userName, (seen.get(event.userName) ?? 0) + 1);
    if (index % every === 0) sample.push(event);
    index += 1;
  }
  const common = Array.from({ length: questions - Math.floor(questions / 3) }, () => random.pick(sample));
  const rare = sample
    .toSorted((a, b) => (seen.get(a.userName) ?? 0) - (seen.get(b.userName) ?? 0))
    .slice(0, Math.floor(questions / 3));
  return [...common, ...rare];
}

async function measure(store: Store, name: string, questions: readonly Question[]): Promise<number> {
  const times: number[] = [];
  for (const question of questions) times.push(await ask(store, question));
  times.sort((a, b) => a - b);
  const p95 = percentile(times, 0.95);
  const shown = [percentile(times, 0.5), p95, times.at(-1) ?? Number.NaN].map((ms) =>
    `${ms.toFixed(1)} ms`.padStart(12),
  );
  console.log(`${name.padEnd(34)}${shown.join('')}`);
  return p95;
}

async function printSizes(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ events: string; heap: string; indexes: string; database: string }>(`
    select (select count(*) from events)::text as events,
      pg_size_pretty(sum(pg_table_size(inhrelid))) as heap, pg_size_pretty(sum(pg_indexes_size(inhrelid))) as indexes,
      pg_size_pretty(pg_database_size(current_database())) as database
    from pg_inherits where inhparent = 'events'::regclass`);
  await client.end();
  const [size] = rows;
  console.log(
    `${size?.events} events in ${days} day partitions: table ${size?.heap}, indexes ${size?.indexes}, database ${size?.database}`,
  );
}

/** The end of the stored time: a whole day, so that a kept folder can be asked again on the same day. */
const toMs = Math.floor(Date.now() / dayMs) * dayMs;
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'trailhound-bench-search-')));
// PostgreSQL runs as another user than root, and has to reach its folder.
await chmod(folder, 0o755);
const password = values.folder === undefined && !values.keep ? randomBytes(12).toString('hex') : 'bench';
const server = await startPostgresServer({
  dataDir: join(folder, 'postgres'),
  password,
  settings: ['max_wal_size=4GB', 'maintenance_work_mem=512MB'],
});
try {
  const url = server.url('postgres');
  if (values.folder === undefined) {
    const begun = performance.now();
    const partitions = Array.from(
      { length: days + 1 },
      (_, day) => new Date(toMs - day * dayMs).toISOString() as Instant,
    );
    await fillStore(url, traffic(toMs), partitions, (rows) => console.error(`${rows} rows`));
    console.log(`filled in ${((performance.now() - begun) / 1000).toFixed(0)} s (seed ${seed})`);
  }
  await printSizes(url);
  const store = openStore(url);
  const sample = sampleOf(toMs, Number(values.questions));
  console.log(
    `${'newest 100 events'.padEnd(34)}${['median', '95 %', 'slowest'].map((head) => head.padStart(12)).join('')}`,
  );
  let worst = 0;
  for (const [name, of] of Object.entries(pivots)) worst = Math.max(worst, await measure(store, name, sample.map(of)));
  console.log(`worst 95 %: ${worst.toFixed(1)} ms, goal ${goalMs} ms`);
  for (const [name, of] of Object.entries(others)) await measure(store, name, sample.slice(0, 20).map(of));
  await store.close();
  if (worst > goalMs) process.exitCode = 1;
} finally {
  await server.stop();
  if (values.folder === undefined && !values.keep) await rm(folder, { recursive: true, force: true });
  else console.error(`kept: --folder ${folder}`);
}
