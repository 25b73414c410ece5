import { sql } from 'kysely';
import { filterFor } from '../../../collection/coverage-filter.ts';
import type { FootprintDelays, OperationalAlert, ReadTotals, SourceHealth } from '../../../collection/ports.ts';
import type { SourceLedger } from '../../../collection/source-ledger.ts';
import { secondsOf } from '../../../collection/span.ts';
import { ledgerOfWhole } from '../../../collection/whole-ledger.ts';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import type { AccountId, Instant } from '../../../model/ids.ts';
import { type LookupSource, lookupSourceId } from '../../../model/log-source.ts';
import type { CoverageSpan } from '../../../views/coverage.ts';
import type { StoreDb } from '../database.ts';
import { unreadRecords } from './malformed-record-store.ts';
import { loadLedgers } from './source-ledger-store.ts';

/**
 * The state of every source that is watched now. Ten thousand sources have a million windows, and nearly all ledgers are whole:
 * of these, what was summed up when they were written is read, and only the windows of the others are loaded.
 */
export async function loadSourceHealth(
  db: StoreDb,
  now: Instant,
  footprintLateS: number,
): Promise<readonly SourceHealth[]> {
  const out = await footprintsOut(db, now, footprintLateS);
  const unread = await unreadRecords(db, now);
  const watched = await watchedSources(db);
  const others = await loadLedgers(
    db,
    watched.filter((row) => row.to_at === null).map((row) => row.id),
  );
  return watched.flatMap((row): readonly SourceHealth[] => {
    const ledger = wholeLedger(row) ?? others.get(row.id);
    if (ledger === undefined) return [];
    const source = { kind: 'lookup', id: row.id, accountId: row.account_id, region: row.region } as const;
    const footprints = out.get(source.id) ?? { count: 0, oldest: null };
    return [
      {
        source,
        ledger,
        pollIntervalMs: row.poll_interval_ms,
        footprintsOut: footprints,
        unread: unread.get(source.id) ?? noneUnread,
      },
    ];
  });
}

const noneUnread = { count: 0, examples: [] } as const;

type WatchedRow = Awaited<ReturnType<typeof watchedSources>>[number];

/** The regions that are read by LookupEvents now, each with its ledger's sum where it is whole. */
async function watchedSources(db: StoreDb) {
  return db
    .selectFrom('log_sources')
    .innerJoin('accounts', 'accounts.id', 'log_sources.account_id')
    .leftJoin('whole_ledgers', 'whole_ledgers.source_id', 'log_sources.id')
    .select(['log_sources.id', 'watched_from', 'live_from', 'to_at', 'recent_from', 'recent_records'])
    .select((eb) => ['accounts.id as account_id', eb.ref('log_sources.region').$notNull().as('region')])
    .select(['accounts.poll_interval_ms', 'accounts.reads'])
    .where('accounts.lifecycle', '=', 'watched')
    .where('log_sources.kind', '=', 'lookup')
    .where('log_sources.active', '=', true)
    .where('log_sources.region', 'is not', null)
    .orderBy('log_sources.id')
    .execute();
}

function wholeLedger(row: WatchedRow): SourceLedger | null {
  if (row.to_at === null) return null;
  const whole = {
    to: secondsOf(row.to_at),
    recentFrom: row.recent_from === null ? null : secondsOf(row.recent_from),
    recentRecords: Number(row.recent_records ?? 0),
  };
  const [watchedFrom, liveFrom] = [secondsOf(row.watched_from), secondsOf(row.live_from)];
  return ledgerOfWhole(whole, { watchedFrom, liveFrom, filter: filterFor(row.reads) });
}

/**
 * Calls that CloudTrail should show by now and does not, by source: only such whose time a later read has looked at since
 * they were due. They are looked for during a week; what stays out longer has been told for long enough.
 */
async function footprintsOut(
  db: StoreDb,
  now: Instant,
  footprintLateS: number,
): Promise<ReadonlyMap<string, SourceHealth['footprintsOut']>> {
  const late = sql`make_interval(secs => ${footprintLateS}::double precision)`;
  const { rows } = await sql<{
    readonly account_id: AccountId;
    readonly region: string;
    readonly count: bigint;
    readonly oldest: Instant;
  }>`
    select account_id, region, count(*) as count, min(at) as oldest
    from own_calls call
    where footprint_expected and footprint_at is null and region is not null and operation = 'cloudtrail:LookupEvents'
      and at < ${now}::timestamptz - ${late} and at > ${now}::timestamptz - interval '7 days'
      and exists (
        select 1 from reads
        where reads.source_id = 'lookup/' || call.account_id || '/' || call.region and reads.outcome = 'complete'
          and reads.at >= call.at + ${late} and call.at between reads.from_at and reads.to_at + interval '1 second'
      )
    group by account_id, region
  `.execute(db);
  return new Map(
    rows.map((row) => [lookupSourceId(row.account_id, row.region), { count: Number(row.count), oldest: row.oldest }]),
  );
}

export async function footprintDelays(db: StoreDb, source: LookupSource, span: CoverageSpan): Promise<FootprintDelays> {
  const { rows } = await sql<{
    readonly calls: bigint;
    readonly seen: bigint;
    readonly median: number | null;
    readonly p95: number | null;
  }>`
    select count(*) as calls, count(footprint_at) as seen,
      percentile_disc(0.5) within group (order by extract(epoch from footprint_at - at)::double precision) as median,
      percentile_disc(0.95) within group (order by extract(epoch from footprint_at - at)::double precision) as p95
    from own_calls
    where account_id = ${source.accountId} and region = ${source.region} and footprint_expected
      and at between ${span.since} and ${span.until} and operation = 'cloudtrail:LookupEvents'
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return { calls: 0, seen: 0, medianS: null, p95S: null };
  return { calls: Number(row.calls), seen: Number(row.seen), medianS: row.median, p95S: row.p95 };
}

export async function readTotals(
  db: StoreDb,
  source: LookupSource,
  span: CoverageSpan,
): Promise<readonly ReadTotals[]> {
  const rows = await db
    .selectFrom('reads')
    .select(({ fn }) => [
      'reason',
      fn.countAll<bigint>().as('reads'),
      sql<bigint>`count(*) filter (where outcome = 'failed')`.as('failed'),
      fn.sum<bigint>('pages').as('pages'),
      fn.sum<bigint>('records').as('records'),
      fn.sum<bigint>('new_records').as('new_records'),
      fn.sum<bigint>('throttles').as('throttles'),
    ])
    .where('source_id', '=', source.id)
    .where('at', '>=', span.since)
    .where('at', '<=', span.until)
    .groupBy('reason')
    .orderBy('reason')
    .execute();
  return rows.map((row) => ({
    reason: row.reason,
    reads: Number(row.reads),
    failed: Number(row.failed),
    pages: Number(row.pages),
    records: Number(row.records),
    newRecords: Number(row.new_records),
    throttles: Number(row.throttles),
  }));
}

/** One fault may be a moment's; with the second in a row, a read does not get on. */
const faultsThatMatter = 2;

/** Why the source's newest read that is under way does not get on; null where it does, or none is. */
export async function readTrouble(db: StoreDb, source: LookupSource): Promise<string | null> {
  const row = await db
    .selectFrom('reads')
    .select('error')
    .where('source_id', '=', source.id)
    .where('outcome', '=', 'running')
    .where('faults_in_a_row', '>=', faultsThatMatter)
    .orderBy('at', 'desc')
    .executeTakeFirst();
  return row?.error ?? null;
}

/** Raises what is not open yet, and ends what is open and not named any more. */
export async function setOperationalAlerts(
  db: StoreDb,
  alerts: readonly OperationalAlert[],
  now: Instant,
): Promise<{ readonly raised: readonly OperationalAlert[]; readonly ended: readonly OperationalAlert[] }> {
  const open = await openOperationalAlerts(db);
  function keyOf(alert: OperationalAlert) {
    return `${alert.kind} ${alert.subject}`;
  }
  const [openKeys, givenKeys] = [new Set(open.map(keyOf)), new Set(alerts.map(keyOf))];
  const raised = alerts.filter((alert) => !openKeys.has(keyOf(alert)));
  const ended = open.filter((alert) => !givenKeys.has(keyOf(alert)));
  for (const alert of alerts) await openAlert(db, alert, now);
  for (const { kind, subject } of ended) {
    await db
      .updateTable('operational_alerts')
      .set({ ended_at: now })
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where('ended_at', 'is', null)
      .execute();
  }
  return { raised, ended };
}

async function openAlert(db: StoreDb, { kind, subject, sentence }: OperationalAlert, now: Instant): Promise<void> {
  await db
    .insertInto('operational_alerts')
    .values({ id: canonicalDigest([kind, subject, now]), kind, subject, sentence, raised_at: now })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).where('ended_at', 'is', null).doUpdateSet({ sentence }),
    )
    .execute();
}

/** The operational alerts that are open, the oldest first. */
export async function openOperationalAlerts(
  db: StoreDb,
): Promise<readonly (OperationalAlert & { readonly raisedAt: Instant })[]> {
  const rows = await db
    .selectFrom('operational_alerts')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('raised_at')
    .execute();
  return rows.map((row) => ({
    kind: row.kind as OperationalAlert['kind'], // only this file writes them
    subject: row.subject,
    sentence: row.sentence,
    raisedAt: row.raised_at,
  }));
}
