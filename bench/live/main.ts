import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { createDetectActivities } from '../../activities/detect.ts';
import { startPostgresServer } from '../../src/adapters/embedded/postgres-server.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { claimAlerts, closeCaseIfNoUnclaimed } from '../../src/adapters/store/cases/alert-claims.ts';
import { openCases } from '../../src/adapters/store/cases/case-recall.ts';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { forgottenBeforeMs, latenessMs } from '../../src/detection/live/group-memory.ts';
import type { LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import { rulesWithMemory } from '../../src/detection/live/touched-groups.ts';
import { warmRules } from '../../src/detection/live/warm-rules.ts';
import { loadRuleSet } from '../../src/entry/compose/rule-set.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import { usageOf } from '../collect/process-usage.ts';
import { AccountTraffic } from './account-traffic.ts';

const usage = `Judges simulated weeks of one account live, and shows whether what rules keep, and what a batch costs, stay flat.

  npm run bench:live -- [--days N] [--per-hour N] [--open-days N] [--rules DIR] [--seed N]

  --days N       simulated days, at least 21 (default 30)
  --per-hour N   events an hour, half of them by one busy user (default 100, which takes minutes; 60 days of 2000 take an hour or more)
  --open-days N  after so many days somebody closes a case (default 3)
  --rules DIR    more rules, beside Trailhound's own
  --seed N       of the traffic (default 1)

Exit codes: 0 the last day costs at most 1.1 times day 20, no batch takes 2 s, and no day has fewer than 1,000 events a second; 1 otherwise.
`;

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    'per-hour': { type: 'string', default: '100' },
    'open-days': { type: 'string', default: '3' },
    rules: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const perHour = Number(values['per-hour']);
const mostOpenDays = Number(values['open-days']);
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const accountId = '111122223333' as AccountId;
const comparedDay = 20;
const mostGrowth = 1.1;
const longestBatchMs = 2_000;
const leastEventsPerSecond = 1_000;
/** What a batch takes at most: of a quiet account, hours are published together, for a batch costs what it has events. */
const batchEvents = 500;

const hoursAtOnce = Math.max(1, Math.floor(batchEvents / perHour));

interface DayCost {
  readonly day: number;
  readonly batches: number;
  readonly medianMs: number;
  readonly longestMs: number;
  /** Of this process and PostgreSQL's, whatever else the machine does. */
  readonly processorMs: number;
  readonly eventsPerSecond: number;
  readonly rows: number;
  readonly kilobytes: number;
  readonly heapMb: number;
}

if (values.help) process.stdout.write(usage);
else await bench();

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-bench-live-'));
  await chmod(folder, 0o755);
  const server = await startPostgresServer({
    dataDir: join(folder, 'postgres'),
    password: randomBytes(12).toString('hex'),
  });
  const store = openStore(server.url('postgres'));
  try {
    await store.migrate();
    const costs = await judgeDays(store, Number(values.days));
    process.exitCode = report(costs) ? 0 : 1;
  } finally {
    await store.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function judgeDays(store: Store, days: number): Promise<readonly DayCost[]> {
  const config = loadConfig(undefined, {});
  const directories = values.rules === undefined ? [] : [values.rules];
  const ruleSet = await loadRuleSet({ ...config, rules: { ...config.rules, directories } }, () => {});
  console.log(
    `${ruleSet.rules.length} rules, ${rulesWithMemory(ruleSet).length} of which remember; ${perHour} events an hour`,
  );
  console.log('  day  batches  median ms  longest ms  processor ms  events/s  rows kept   KB kept  heap MB');
  const traffic = new AccountTraffic(Number(values.seed));
  const startMs = Math.floor(Date.now() / dayMs) * dayMs - days * dayMs;
  const costs: DayCost[] = [];
  const openedOn = new Map<CaseId, number>();
  let rules: LiveRuleSet = ruleSet;
  for (let day = 1; day <= days; day += 1) {
    // In the middle one rule means something else: it learns anew, and batches go on.
    const changes = day === Math.floor(days / 2);
    if (changes) rules = withOneChanged(rules);
    const { batchesMs, processorS } = await judgeDay(store, rules, traffic, startMs + (day - 1) * dayMs, changes);
    await forget(store, rules, startMs + day * dayMs);
    await closeCases(store, day, openedOn);
    const cost = { day, ...timesOf(batchesMs, processorS), ...(await sizeOf(store)) };
    costs.push(cost);
    if (day % 5 === 0 || changes || day === days) console.log(line(cost));
  }
  return costs;
}

async function judgeDay(
  store: Store,
  ruleSet: LiveRuleSet,
  traffic: AccountTraffic,
  fromMs: number,
  changed: boolean,
): Promise<{ readonly batchesMs: readonly number[]; readonly processorS: number }> {
  const now = new Date().toISOString() as Instant;
  const source = await createImportStore(store, 'bench', now);
  const detection = createDetectionStore(store);
  const detecting = createDetectActivities({ store: detection, ruleSet, ringDetect: nothing, ringCase: nothing });
  const batchesMs: number[] = [];
  let processorS = 0;
  for (let hour = 0; hour < 24; hour += hoursAtOnce) {
    for (let next = hour; next < Math.min(24, hour + hoursAtOnce); next += 1) {
      const texts = traffic.hour(fromMs + next * hourMs, perHour);
      await source.store(readShownRecords(texts, accountId, now), now);
    }
    await source.publish();
    const before = await usageOf(process.pid);
    for (let more = true; more;) {
      const begun = performance.now();
      ({ more } = await detecting.detectPublished());
      batchesMs.push(performance.now() - begun);
    }
    processorS += (await usageOf(process.pid)).cpuS - before.cpuS;
    // A little of what is to be learnt between two batches, as the reconciler does it.
    if (changed) await warmRules(detection, ruleSet, Date.now());
  }
  if (changed) await tellWarmed(detection, ruleSet);
  return { batchesMs, processorS };
}

async function nothing(): Promise<void> {}

async function tellWarmed(detection: ReturnType<typeof createDetectionStore>, ruleSet: LiveRuleSet): Promise<void> {
  const begun = performance.now();
  const { left } = await warmRules(detection, ruleSet, Number.POSITIVE_INFINITY);
  console.log(
    `a rule changed; batches went on, and it knew what came before after ${seconds(begun)} more (${left} left)`,
  );
}

function seconds(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

async function forget(store: Store, ruleSet: LiveRuleSet, nowMs: number): Promise<void> {
  const floors = rulesWithMemory(ruleSet).map(({ rule, matcher }) => ({
    rule,
    before: new Date(forgottenBeforeMs(matcher, nowMs - latenessMs)).toISOString() as Instant,
  }));
  await createDetectionStore(store).forget(floors, new Date(Date.now() + dayMs).toISOString() as Instant);
  await sql`vacuum rule_candidates`.execute(store.db);
}

/** As people do who look into each alert: what is left open for ever would grow for ever. */
async function closeCases({ db }: Store, day: number, openedOn: Map<CaseId, number>): Promise<void> {
  for (const caseId of await openCases(db, 0)) {
    if (!openedOn.has(caseId)) openedOn.set(caseId, day);
    if (day - (openedOn.get(caseId) ?? day) < mostOpenDays) continue;
    await claimAlerts(db, caseId);
    await closeCaseIfNoUnclaimed(db, caseId, 'expected-activity');
    openedOn.delete(caseId);
  }
}

/** The same rules, but that one which looks for what is new means something else. */
function withOneChanged(ruleSet: LiveRuleSet): LiveRuleSet {
  const index = ruleSet.rules.findIndex(({ rule }) => rule.type === 'new_terms');
  return {
    fieldsOf: (document) => ruleSet.fieldsOf(document),
    candidatesOf: (event) => ruleSet.candidatesOf(event),
    rules: ruleSet.rules.map((live, at) =>
      at === index ? { ...live, rule: { ...live.rule, meaningDigest: `sha256:${'c'.repeat(64)}` } } : live,
    ),
  };
}

function timesOf(batchesMs: readonly number[], processorS: number) {
  const sorted = batchesMs.toSorted((a, b) => a - b);
  const totalMs = sorted.reduce((sum, ms) => sum + ms, 0);
  return {
    batches: sorted.length,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    longestMs: sorted.at(-1) ?? 0,
    processorMs: (processorS * 1000) / sorted.length,
    eventsPerSecond: (24 * perHour * 1000) / totalMs,
  };
}

async function sizeOf(store: Store) {
  const { rows } = await sql<{ readonly rows: bigint; readonly bytes: bigint }>`
    select count(*) as rows, coalesce(sum(pg_column_size(c.*)), 0)::bigint as bytes from rule_candidates c
  `.execute(store.db);
  globalThis.gc?.();
  return {
    rows: Number(rows[0]?.rows ?? 0),
    kilobytes: Number(rows[0]?.bytes ?? 0) / 1024,
    heapMb: process.memoryUsage().heapUsed / 1024 / 1024,
  };
}

function line(cost: DayCost): string {
  const cells: readonly [string | number, number][] = [
    [cost.day, 5],
    [cost.batches, 9],
    [cost.medianMs.toFixed(0), 11],
    [cost.longestMs.toFixed(0), 12],
    [cost.processorMs.toFixed(0), 14],
    [cost.eventsPerSecond.toFixed(0), 10],
    [cost.rows, 11],
    [cost.kilobytes.toFixed(0), 10],
    [cost.heapMb.toFixed(0), 9],
  ];
  return cells.map(([cell, width]) => String(cell).padStart(width)).join('');
}

/** Prints the last day over day 20, and says whether all stays flat. */
function report(costs: readonly DayCost[]): boolean {
  const [early, last] = [costs[comparedDay - 1], costs.at(-1)];
  if (early === undefined || last === undefined) return false;
  const ratios = {
    'processor time of a batch': last.processorMs / early.processorMs,
    'rows kept': last.rows / early.rows,
    'bytes kept': last.kilobytes / early.kilobytes,
    heap: last.heapMb / early.heapMb,
  };
  console.log(`day ${last.day} over day ${early.day}, limit ${mostGrowth}:`);
  for (const [name, ratio] of Object.entries(ratios)) console.log(`  ${name.padEnd(26)} ${ratio.toFixed(2)}`);
  const longestMs = Math.max(...costs.map((cost) => cost.longestMs));
  const slowest = Math.min(...costs.map((cost) => cost.eventsPerSecond));
  console.log(
    `longest batch ${longestMs.toFixed(0)} ms, limit ${longestBatchMs} (${(longestMs / longestBatchMs).toFixed(2)} of it)`,
  );
  console.log(
    `slowest day ${slowest.toFixed(0)} events a second, one worker, at least ${leastEventsPerSecond} wanted (${(slowest / leastEventsPerSecond).toFixed(2)} of it)`,
  );
  const isFlat = Object.values(ratios).every((ratio) => ratio <= mostGrowth);
  return isFlat && longestMs < longestBatchMs && slowest >= leastEventsPerSecond;
}
