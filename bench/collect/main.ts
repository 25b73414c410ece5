import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client as PostgresClient } from 'pg';
import { loadKeyRing } from '../../src/adapters/temporal/codec-keys.ts';
import { createDataConverter } from '../../src/adapters/temporal/codec.ts';
import { connectClient, createClient } from '../../src/adapters/temporal/connection.ts';
import { type Installation, startInstallation } from './installation.ts';
import { historySoFar, recordedPolls } from './poll-histories.ts';
import { sweepDelaysS } from './plant-ledgers.ts';
import { machineBusyS, type Usage, usageOf } from './process-usage.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { requestRates } from './request-rates.ts';

const usage = `Polls many idle accounts on one machine, with Temporal, PostgreSQL and the simulated AWS beside the worker.

  npm run bench:collect -- [--accounts N] [--regions M] [--minutes K] [--interval S] [--warm-up S] [--json]

  --accounts N   watched accounts (default 30; the whole size is 589 with 17 regions: 10,013 account-regions)
  --regions M    regions of each (default 17)
  --minutes K    how long is measured (default 2)
  --interval S   seconds between two polls of an account (default 60; the whole size polls every 300)
  --warm-up S    seconds before that, in which the history that rules need is read (default: an interval and a half)

The ledgers begin as if the accounts had been watched for three months, so that sweeps are due as they are in use: at 15 minutes, an hour
and a day. Nothing is compressed.
`;

/** The regions that every account has without opting in. */
const defaultRegions = `
  us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1
  eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1
  ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2
`
  .trim()
  .split(/\s+/u);

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '30' },
    regions: { type: 'string', default: '17' },
    minutes: { type: 'string', default: '2' },
    interval: { type: 'string', default: '60' },
    'warm-up': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function log(line: string) {
  return process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

if (values.help) process.stdout.write(usage);
else await bench();

async function bench(): Promise<void> {
  const [accounts, minutes, intervalS] = [Number(values.accounts), Number(values.minutes), Number(values.interval)];
  const regions = defaultRegions.slice(0, Number(values.regions));
  const warmUpS = Number(values['warm-up'] ?? intervalS * 1.5);
  const startedMs = Date.now();
  const installation = await startInstallation({
    accounts,
    regions,
    pollIntervalS: intervalS,
    onLine: log,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void installation.stop().finally(() => process.exit(1)));
  }
  try {
    await installation.working;
    const setUpS = Math.round((Date.now() - startedMs) / 1000);
    log(`${accounts * regions.length} account-regions set up in ${setUpS} s; warming up for ${warmUpS} s`);
    await sleep(warmUpS * 1000);
    log(`measuring for ${minutes} minutes`);
    const result = await measure(installation, { accounts, regions: regions.length, minutes });
    const report = { accounts, regions: regions.length, intervalS, minutes, setUpS, ...result };
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text(report));
  } finally {
    await installation.stop();
  }
}

interface Snapshot {
  readonly atMs: number;
  readonly parts: Readonly<Record<string, Usage>>;
  readonly machineBusyS: number;
  readonly detect: { readonly events: number; readonly bytes: number };
  readonly transactions: number;
}

async function measure(
  installation: Installation,
  size: { readonly accounts: number; readonly regions: number; readonly minutes: number },
) {
  const connection = await connectClient({ address: installation.temporalAddress });
  const converter = createDataConverter(await loadKeyRing(installation.codecKeyFile));
  const client = createClient(connection, installation.pollingNamespace, converter);
  const database = new PostgresClient({ connectionString: installation.databaseUrl });
  await database.connect();
  async function snapshot(): Promise<Snapshot> {
    const parts: Record<string, Usage> = {};
    for (const [name, pid] of Object.entries(installation.parts)) parts[name] = await usageOf(pid);
    const { rows } = await database.query<{ n: string }>(
      'select (xact_commit + xact_rollback)::text n from pg_stat_database where datname = current_database()',
    );
    return {
      atMs: Date.now(),
      parts,
      machineBusyS: await machineBusyS(),
      detect: await historySoFar(client, 'WorkflowType = "detect"'),
      transactions: Number(rows[0]?.n ?? 0),
    };
  }
  try {
    const before = await snapshot();
    await sleep(size.minutes * 60_000);
    const after = await snapshot();
    const elapsedS = (after.atMs - before.atMs) / 1000;
    await sleep(25_000); // the last polls end, and visibility catches up
    const polls = await recordedPolls(client, before.atMs, after.atMs);
    const rates = await requestRates(installation.requestLog, before.atMs, after.atMs);
    const regionPolls = polls.length * size.regions;
    const detect = {
      events: (after.detect.events - before.detect.events) / regionPolls,
      bytes: (after.detect.bytes - before.detect.bytes) / regionPolls,
    };
    const { rows } = await database.query<{
      windows: string;
      reads: Readonly<Record<string, number>>;
      covered: string;
    }>(
      `select (select count(*) from windows)::text windows,
        (select jsonb_object_agg(reason, n) from (
          select reason || ' ' || outcome reason, count(*) n from reads where at >= $1 group by 1) counted) reads,
        (select count(distinct source_id) from windows where state = 'covered' and to_at > $2)::text covered`,
      [new Date(before.atMs).toISOString(), new Date(after.atMs - Number(values.interval) * 2000).toISOString()],
    );
    return {
      elapsedS,
      polls: polls.length,
      failedPolls: polls.filter(({ failed }) => failed).length,
      regionPollsPerS: regionPolls / elapsedS,
      workflowLateMs: quantilesOf(polls.map(({ workflowLateMs }) => workflowLateMs)),
      readLateMs: quantilesOf(polls.map(({ readLateMs }) => readLateMs)),
      lookupEvents: rates,
      reads: rows[0]?.reads ?? {},
      ledgerWindows: Number(rows[0]?.windows ?? 0),
      sourcesCoveredWithinTwoIntervals: Number(rows[0]?.covered ?? 0),
      transactionsPerRegionPoll: (after.transactions - before.transactions) / regionPolls,
      detectPerRegionPoll: detect,
      historyEvents: quantilesOf(polls.map(({ events }) => events / size.regions + detect.events)),
      historyBytes: quantilesOf(polls.map(({ bytes }) => bytes / size.regions + detect.bytes)),
      cores: Object.fromEntries(
        Object.entries(after.parts).map(([name, { cpuS, memoryMib }]) => [
          name,
          { cores: (cpuS - (before.parts[name]?.cpuS ?? 0)) / elapsedS, memoryMib },
        ]),
      ),
      machineBusyCores: (after.machineBusyS - before.machineBusyS) / elapsedS,
    };
  } finally {
    await database.end();
    await connection.close();
  }
}

type Report = Awaited<ReturnType<typeof measure>> & {
  readonly accounts: number;
  readonly regions: number;
  readonly intervalS: number;
  readonly setUpS: number;
};

function text(report: Report): string {
  const { lookupEvents: rates, detectPerRegionPoll: detect } = report;
  const lines: (readonly [string, string])[] = [
    ['account-regions', `${report.accounts * report.regions} (${report.accounts} x ${report.regions})`],
    ['interval', `${report.intervalS} s, sweeps after ${sweepDelaysS.join(', ')} s`],
    ['measured', `${report.elapsedS.toFixed(0)} s, after ${report.setUpS} s of setting up`],
    [
      'polls of accounts',
      `${report.polls} (${report.failedPolls} failed), ${report.regionPollsPerS.toFixed(1)} regions a second`,
    ],
    ['workflow starts late', shown(report.workflowLateMs, 'ms')],
    ['reading starts late', shown(report.readLateMs, 'ms')],
    [
      'LookupEvents',
      `${rates.requests} (${(rates.requests / report.elapsedS).toFixed(1)} a second), ${rates.refused} refused`,
    ],
    [
      'of one source',
      `${rates.mostWithinASecond} within a second at most, ${rates.busiestPerS.toFixed(3)} a second on average`,
    ],
    ['AssumeRole', `${rates.assumedRoles}`],
    [
      'reads',
      Object.entries(report.reads)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', '),
    ],
    [
      'covered to within two intervals',
      `${report.sourcesCoveredWithinTwoIntervals} sources; ${report.ledgerWindows} windows in the ledgers`,
    ],
    [
      'history events',
      `${shown(report.historyEvents, '')} (detection ${detect.events.toFixed(2)}) an account-region and poll`,
    ],
    [
      'history bytes',
      `${shown(report.historyBytes, '')} (detection ${detect.bytes.toFixed(0)}) an account-region and poll`,
    ],
    ['database transactions', `${report.transactionsPerRegionPoll.toFixed(1)} an account-region and poll`],
    ...Object.entries(report.cores).map(
      ([name, { cores, memoryMib }]) => [name, `${cores.toFixed(2)} cores, ${memoryMib.toFixed(0)} MiB`] as const,
    ),
    ['bounded by', boundOf(report.cores)],
    ['whole machine', `${report.machineBusyCores.toFixed(2)} cores busy, whoever used them`],
  ];
  return lines.map(([name, value]) => `${name.padEnd(32)} ${value}\n`).join('');
}

/** The worker and the simulator run on one core each; PostgreSQL and Temporal use as many as there are. */
function boundOf(cores: Report['cores']): string {
  const [[name, { cores: used }] = ['nothing', { cores: 0 }]] = Object.entries(cores).toSorted(
    ([, a], [, b]) => b.cores - a.cores,
  );
  return `${name}: ${(used * 100).toFixed(0)} % of one core at this rate, more than any other part`;
}

function shown({ p50, p99, max }: Quantiles, unit: string): string {
  function round(value: number) {
    return value >= 100 ? value.toFixed(0) : value.toFixed(1);
  }
  return `p50 ${round(p50)}${unit}, p99 ${round(p99)}${unit}, max ${round(max)}${unit}`;
}
