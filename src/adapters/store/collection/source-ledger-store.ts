import { filterFor } from '../../../collection/coverage-filter.ts';
import type { LedgerWindow, SourceLedger } from '../../../collection/source-ledger.ts';
import { instantOfSeconds, secondsOf } from '../../../collection/span.ts';
import { wholeLedgerOf } from '../../../collection/whole-ledger.ts';
import type { Instant, SourceId } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';
import { jsonText } from '../json-text.ts';

/** Reads the ledgers of some log sources; an unknown source has none. */
export async function loadLedgers(
  db: StoreDb,
  sourceIds: readonly SourceId[],
): Promise<ReadonlyMap<SourceId, SourceLedger>> {
  if (sourceIds.length === 0) return new Map();
  const sources = await db
    .selectFrom('log_sources')
    .leftJoin('accounts', 'accounts.id', 'log_sources.account_id')
    .select(['log_sources.id', 'watched_from', 'live_from', 'accounts.reads'])
    .where('log_sources.id', 'in', sourceIds)
    .execute();
  const windows = await db
    .selectFrom('windows')
    .selectAll()
    .where('source_id', 'in', sourceIds)
    .orderBy('source_id')
    .orderBy('from_at')
    .execute();
  const bySource = Map.groupBy(windows, (row) => row.source_id);
  return new Map(
    sources.map((source) => [
      source.id,
      {
        watchedFrom: secondsOf(source.watched_from),
        liveFrom: secondsOf(source.live_from),
        filter: filterFor(source.reads ?? undefined),
        windows: (bySource.get(source.id) ?? []).map((row): LedgerWindow => ({
          from: secondsOf(row.from_at),
          to: secondsOf(row.to_at),
          // `due` and `reading` are never written: both follow from the ledger and the open reads.
          state: row.state as LedgerWindow['state'],
          filter: row.filter,
          coveredAt: row.covered_at === null ? null : secondsOf(row.covered_at),
          sweepsDone: row.sweeps_done,
          records: row.records,
          lateRecords: row.late_records,
          attempts: row.attempts,
          retryAt: row.retry_at === null ? null : secondsOf(row.retry_at),
          error: row.error,
        })),
      },
    ]),
  );
}

/** A ledger before and after a publication. */
export interface LedgerChange {
  readonly sourceId: SourceId;
  readonly before: SourceLedger;
  readonly after: SourceLedger;
}

/**
 * Writes what changed in ledgers, and sums up those that are whole; the caller holds the account's publish lock.
 *
 * @returns how many windows changed.
 */
export async function saveLedgers(db: StoreDb, changes: readonly LedgerChange[]): Promise<number> {
  let windows = 0;
  const changed: LedgerChange[] = [];
  for (const change of changes) {
    const count = await saveWindows(db, change);
    if (count > 0) changed.push(change);
    windows += count;
  }
  await saveWholeLedgers(db, changed);
  return windows;
}

async function saveWindows(db: StoreDb, { sourceId, before, after }: LedgerChange): Promise<number> {
  const known = new Map(before.windows.map((window) => [window.from, window]));
  const changed = after.windows.filter((window) => !sameWindow(window, known.get(window.from)));
  const kept = new Set(after.windows.map((window) => window.from));
  const gone = before.windows.filter((window) => !kept.has(window.from)).map((window) => instantOfSeconds(window.from));
  if (gone.length > 0) {
    await db.deleteFrom('windows').where('source_id', '=', sourceId).where('from_at', 'in', gone).execute();
  }
  if (changed.length > 0) await upsertWindows(db, sourceId, changed);
  return changed.length + gone.length;
}

async function saveWholeLedgers(db: StoreDb, changed: readonly LedgerChange[]): Promise<void> {
  const summed = changed.map(({ sourceId, after }) => ({ sourceId, whole: wholeLedgerOf(after) }));
  const rows = summed.flatMap(({ sourceId, whole }) =>
    whole === null
      ? []
      : [
          {
            source_id: sourceId,
            to_at: instantOfSeconds(whole.to),
            recent_from: instantOrNull(whole.recentFrom),
            recent_records: BigInt(whole.recentRecords),
          },
        ],
  );
  const broken = summed.filter(({ whole }) => whole === null).map(({ sourceId }) => sourceId);
  if (broken.length > 0) await db.deleteFrom('whole_ledgers').where('source_id', 'in', broken).execute();
  if (rows.length === 0) return;
  await db
    .insertInto('whole_ledgers')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('source_id').doUpdateSet((eb) => ({
        to_at: eb.ref('excluded.to_at'),
        recent_from: eb.ref('excluded.recent_from'),
        recent_records: eb.ref('excluded.recent_records'),
      })),
    )
    .execute();
}

async function upsertWindows(db: StoreDb, sourceId: SourceId, windows: readonly LedgerWindow[]): Promise<void> {
  await db
    .insertInto('windows')
    .values(
      windows.map((window) => ({
        source_id: sourceId,
        from_at: instantOfSeconds(window.from),
        to_at: instantOfSeconds(window.to),
        state: window.state,
        filter: jsonText(window.filter),
        covered_at: instantOrNull(window.coveredAt),
        sweeps_done: window.sweepsDone,
        records: window.records,
        late_records: window.lateRecords,
        attempts: window.attempts,
        retry_at: instantOrNull(window.retryAt),
        error: window.error,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['source_id', 'from_at']).doUpdateSet((eb) => ({
        to_at: eb.ref('excluded.to_at'),
        state: eb.ref('excluded.state'),
        filter: eb.ref('excluded.filter'),
        covered_at: eb.ref('excluded.covered_at'),
        sweeps_done: eb.ref('excluded.sweeps_done'),
        records: eb.ref('excluded.records'),
        late_records: eb.ref('excluded.late_records'),
        attempts: eb.ref('excluded.attempts'),
        retry_at: eb.ref('excluded.retry_at'),
        error: eb.ref('excluded.error'),
      })),
    )
    .execute();
}

function instantOrNull(seconds: number | null): Instant | null {
  return seconds === null ? null : instantOfSeconds(seconds);
}

function sameWindow(a: LedgerWindow, b: LedgerWindow | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
