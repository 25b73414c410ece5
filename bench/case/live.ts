import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client as PostgresClient } from 'pg';
import { type Installation, startInstallation } from '../collect/installation.ts';
import type { CaseId } from '../../src/model/ids.ts';
import { planStages, type PlanStages, readPlanStages } from './plan-stages.ts';
import { cpuSOf, familyOf, machineBusyS } from '../collect/process-usage.ts';

const usage = `How long it takes from an alert to a plan, when many intruders come at once: the real worker, Temporal and PostgreSQL, and the simulated AWS,
whose LookupEvents gives two answers a second.

  npm run bench:case:live -- [--cases N] [--calls N] [--timeout S]

  --cases N    intruders, each a user of one account (default 100)
  --calls N    calls of each (default 20)
  --timeout S  seconds after which it ends with what there is (default 600)

Exit codes: 0 every case has a plan, 95 of 100 within 5 s of their alert; 1 otherwise.
`;

/** From an alert to a plan of all that the store has; what AWS has to be asked for comes later, as its pace allows. */
const limitMs = 5_000;
const accountId = '100000000000';
const region = 'us-east-1';
const pollIntervalS = 15;
/** How often processor time is read; each reading takes some itself. */
const readEveryMs = 500;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100' },
    calls: { type: 'string', default: '20' },
    timeout: { type: 'string', default: '600' },
    help: { type: 'boolean', default: false },
  },
});

function log(line: string) {
  return process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

if (values.help) process.stdout.write(usage);
else await bench();

async function bench(): Promise<void> {
  const cases = Number(values.cases);
  const installation = await startInstallation({
    accounts: 1,
    regions: [region],
    pollIntervalS,
    readsEvidence: true,
    onLine: log,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void installation.stop().finally(() => process.exit(1)));
  }
  try {
    await installation.working;
    const names = Array.from({ length: cases }, (_, index) => `user-${index}`);
    for (const name of names) await tell(installation, 'users', { accountId, name, keys: [{ id: keyOf(name) }] });
    log(`${cases} users call at once`);
    await tell(installation, 'records', { records: names.flatMap(callsOf), accountId, region });
    const waited = await untilWhole(installation, cases);
    const raised = new Map(waited.times.map(({ caseId, raisedMs }) => [caseId, raisedMs]));
    const { temporalAddress: address, casesNamespace: namespace } = installation;
    process.exitCode = report(waited, await readPlanStages({ address, namespace }, raised), cases) ? 0 : 1;
  } finally {
    await installation.stop();
  }
}

async function tell({ simulatorUrl }: Installation, what: string, body: object): Promise<void> {
  const answer = await fetch(`${simulatorUrl}/_control/${what}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the simulator refused ${what}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

function keyOf(name: string): string {
  return `AKIABENCH${name.replace('user-', '').padStart(11, '0')}`;
}

/** A rule of Trailhound's own knows the client of one of them. */
function callsOf(name: string): readonly object[] {
  return Array.from({ length: Number(values.calls) }, (_, index) => ({
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDABENCH${name.toUpperCase()}`,
      arn: `arn:aws:iam::${accountId}:user/${name}`,
      accountId,
      accessKeyId: keyOf(name),
      userName: name,
    },
    eventTime: new Date(Date.now() - 30_000 + 1000 * (index % 20)).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    eventSource: 'ec2.amazonaws.com',
    eventName: index % 2 === 0 ? 'DescribeInstances' : 'DescribeVolumes',
    awsRegion: region,
    sourceIPAddress: `198.51.100.${Number(name.slice('user-'.length)) % 250}`,
    userAgent: index === 0 ? 'aws-cli/2.15.0 Linux/6.6 kali' : 'aws-cli/2.15.0 Linux/6.6',
    requestParameters: null,
    responseElements: null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  }));
}

/** How long one case waited. */
interface CaseTimes {
  readonly caseId: CaseId;
  /** When its first alert was raised, in Unix time. */
  readonly raisedMs: number;
  readonly toPlanMs: number | null;
  /** Until all of its evidence was there, what AWS was asked for included. */
  readonly toEvidenceMs: number | null;
  /** Until the plan was there that all evidence supports: the first one, where that said all of it. */
  readonly toLastPlanMs: number | null;
  readonly plans: number;
}

/** What it took from the first alert until every case had its first plan, and until every case had all of its evidence. */
interface Waited {
  readonly times: readonly CaseTimes[];
  readonly planned: Spent;
  readonly whole: Spent;
}

async function untilWhole(installation: Installation, cases: number): Promise<Waited> {
  const database = new PostgresClient(installation.databaseUrl);
  await database.connect();
  const meter = createMeter(installation);
  let planned: Spent | undefined;
  try {
    const until = Date.now() + Number(values.timeout) * 1000;
    for (;;) {
      await meter.read();
      const { rows: times } = await database.query<CaseTimes>(`
        select case_id as "caseId", 1000 * extract(epoch from a.raised)::float8 as "raisedMs",
               1000 * extract(epoch from p.first - a.raised)::float8 as "toPlanMs",
               1000 * extract(epoch from e.gathered - a.raised)::float8 as "toEvidenceMs",
               1000 * extract(epoch from greatest(p.last, e.gathered) - a.raised)::float8 as "toLastPlanMs",
               coalesce(p.plans, 0)::int as plans
          from (select case_id, min(at) as raised from alerts where case_id is not null group by case_id) a
          left join (select case_id, min(presented_at) as first, max(presented_at) as last, count(*) as plans
                       from plans where standing != 'draft' group by case_id) p using (case_id)
          left join (select case_id, min(at) as gathered from audit_records where kind = 'evidence-gathered' group by case_id) e
            using (case_id)`);
      const late = Date.now() > until;
      const since = Math.min(...times.map(({ raisedMs }) => raisedMs));
      if (planned === undefined && (late || isWhole(times, cases, 'toPlanMs'))) planned = meter.spentSince(since);
      if (planned !== undefined && (late || isWhole(times, cases, 'toEvidenceMs')))
        return { times, planned, whole: meter.spentSince(since) };
      await sleep(readEveryMs);
    }
  } finally {
    await database.end();
  }
}

function isWhole(times: readonly CaseTimes[], cases: number, what: 'toPlanMs' | 'toEvidenceMs'): boolean {
  return times.length >= cases && times.every((each) => each[what] !== null);
}

/** Processor time by part, and the share of the machine that was busy, with whatever else runs on it. */
interface Spent {
  readonly cpuS: Readonly<Record<string, number>>;
  readonly busyS: number;
  readonly elapsedS: number;
}

interface Reading {
  readonly atMs: number;
  readonly busyS: number;
  readonly cpuS: ReadonlyMap<string, number>;
}

interface Meter {
  read(): Promise<void>;
  /** What was spent from an instant on, up to the last reading; the reading nearest to the instant counts. */
  spentSince(ms: number): Spent;
}

function createMeter({ parts }: Installation): Meter {
  const readings: Reading[] = [];
  async function cpuOf([name, pid]: readonly [string, number]) {
    return [name, await cpuSOf(await familyOf(pid))] as const;
  }
  return {
    async read() {
      const cpuS = new Map(await Promise.all(Object.entries(parts).map(cpuOf)));
      readings.push({ atMs: Date.now(), busyS: await machineBusyS(), cpuS });
    },
    spentSince(ms) {
      const [from] = readings.toSorted((a, b) => Math.abs(a.atMs - ms) - Math.abs(b.atMs - ms));
      const to = readings.at(-1);
      if (from === undefined || to === undefined) throw new Error('nothing was read');
      return {
        cpuS: Object.fromEntries([...to.cpuS].map(([name, cpuS]) => [name, cpuS - (from.cpuS.get(name) ?? 0)])),
        busyS: to.busyS - from.busyS,
        elapsedS: (to.atMs - from.atMs) / 1000,
      };
    },
  };
}

/** Prints the times, and says whether they are within the limit. */
function report({ times, planned, whole }: Waited, stages: readonly PlanStages[], wanted: number): boolean {
  function timesOf(what: Exclude<keyof CaseTimes, 'caseId'>): readonly number[] {
    return times.flatMap((each) => each[what] ?? []);
  }
  const toPlan = stages.map(totalOf);
  const replaced = times.filter(({ plans }) => plans > 1).length;
  const isWithin = toPlan.length >= wanted && quantile(toPlan, 0.95) <= limitMs;
  console.log(`${times.length} cases of ${wanted} intruders, ${toPlan.length} with a plan`);
  console.log(
    `  alert to the store's plan     ${shown(toPlan)}; limit ${limitMs / 1000} s for p95: ${isWithin ? 'kept' : 'BROKEN'}`,
  );
  reportStages(stages);
  console.log(`  alert to all evidence         ${shown(timesOf('toEvidenceMs'))}`);
  console.log(`  alert to the plan of all      ${shown(timesOf('toLastPlanMs'))}; ${replaced} plans were replaced`);
  console.log(`  alert to the last such plan   ${costs(planned, wanted)}`);
  console.log(`  alert to the last of all      ${costs(whole, wanted)}`);
  return isWithin;
}

/** Where the time went of the case in the middle, and of the one after which 5 of 100 are left. */
function reportStages(stages: readonly PlanStages[]): void {
  const slowestLast = stages.toSorted((a, b) => totalOf(a) - totalOf(b));
  for (const share of [0.5, 0.95]) {
    const one = slowestLast[Math.min(slowestLast.length - 1, Math.floor(share * slowestLast.length))];
    if (one === undefined) continue;
    const spent = planStages.map((stage) => `${stage} ${(one[stage] / 1000).toFixed(2)}`);
    console.log(`    of the case at p${100 * share}, in seconds: ${spent.join(', ')}`);
  }
}

function totalOf(stages: PlanStages): number {
  return planStages.reduce((sum, stage) => sum + stages[stage], 0);
}

/** By case, and how much of the machine that leaves to others. */
function costs({ cpuS, busyS, elapsedS }: Spent, cases: number): string {
  const ours = Object.values(cpuS).reduce((sum, each) => sum + each, 0);
  const parts = Object.entries(cpuS).map(([name, each]) => `${name} ${((1000 * each) / cases).toFixed(0)}`);
  const load = `${(ours / elapsedS).toFixed(1)} cores of ours, ${((busyS - ours) / elapsedS).toFixed(1)} of others`;
  return `${((1000 * ours) / cases).toFixed(0)} ms a case (${parts.join(', ')}), in ${elapsedS.toFixed(0)} s; ${load}`;
}

function shown(timesMs: readonly number[]): string {
  function seconds(share: number) {
    return (quantile(timesMs, share) / 1000).toFixed(1);
  }
  return timesMs.length === 0 ? 'none' : `p50 ${seconds(0.5)} s, p95 ${seconds(0.95)} s, longest ${seconds(1)} s`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
