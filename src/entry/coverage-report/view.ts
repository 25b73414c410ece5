import { activeSources, listAccounts, pauseOf } from '../../adapters/store/account-store.ts';
import {
  footprintDelays,
  type FootprintDelays,
  openOperationalAlerts,
  readTotals,
  readTrouble,
  type ReadTotals,
} from '../../adapters/store/collection-health-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { learningOf } from '../../adapters/store/readiness-store.ts';
import { unreadOf, type UnreadRecord } from '../../adapters/store/malformed-record-store.ts';
import { loadLedgers } from '../../adapters/store/source-ledger-store.ts';
import { gapsOf } from '../../collection/operational-alerts.ts';
import type { OperationalAlert } from '../../collection/ports.ts';
import type { LedgerWindow, SourceLedger } from '../../collection/source-ledger.ts';
import { instantOfSeconds, secondsOf, windowOf } from '../../collection/span.ts';
import type { DarkRule } from '../../detection/without-read-only.ts';
import type { AccountLifecycle, AccountReads, LearningState } from '../../model/account.ts';
import type { CoverageFilter, CoverageState, Window } from '../../model/coverage.ts';
import type { AccountId, Instant, SourceId } from '../../model/ids.ts';
import type { LookupSource } from '../../model/log-source.ts';

/** A window of the ledger, for people and programs. */
export interface WindowView extends Window {
  readonly state: CoverageState;
  readonly filter: CoverageFilter;
  readonly coveredAt: Instant | null;
  readonly sweepsDone: number;
  readonly records: number;
  readonly lateRecords: number;
  readonly error: string | null;
}

export interface SourceView {
  readonly id: SourceId;
  readonly region: string;
  readonly watchedFrom: Instant;
  readonly windows: readonly WindowView[];
  /** What should have been read by now and was not. */
  readonly gaps: readonly Window[];
  /** Why the read that is under way does not get on: a sentence about its last fault; null where it does. */
  readonly trouble: string | null;
  /** Records that could not be read, so that no rule has judged them; the newest of them, each with its event ID and text. */
  readonly malformed: { readonly count: number; readonly newest: readonly UnreadRecord[] };
  readonly footprints: FootprintDelays;
  /** What the reads since then did, by their reason; the new records of sweeps are those that came late. */
  readonly reads: readonly ReadTotals[];
}

export interface AccountCoverage {
  readonly id: AccountId;
  readonly name: string;
  readonly lifecycle: AccountLifecycle;
  readonly pause: { readonly reason: string; readonly owner: string; readonly until: Instant } | null;
  readonly learning: LearningState;
  readonly reads: AccountReads;
  readonly sources: readonly SourceView[];
}

export interface CoverageView {
  /** Rules that go dark, or may, in accounts that are read without read-only events; empty where none is. */
  readonly darkRules: readonly DarkRule[];
  readonly since: Instant;
  readonly until: Instant;
  /** No account, or not the one that was asked for, is read now. */
  readonly nothingWatched: boolean;
  readonly accounts: readonly AccountCoverage[];
  readonly operationalAlerts: readonly (OperationalAlert & { readonly raisedAt: Instant })[];
}

export interface CoverageQuery {
  readonly accountId?: AccountId;
  readonly since: Instant;
  readonly until: Instant;
}

/**
 * What was read, and what was not, since a time.
 *
 * @param darkRules asked only where something was read without read-only events.
 */
export async function loadCoverage(
  db: StoreDb,
  query: CoverageQuery,
  darkRules: () => Promise<readonly DarkRule[]> = async () => [],
): Promise<CoverageView> {
  const accounts = (await listAccounts(db)).filter(({ id }) => query.accountId === undefined || id === query.accountId);
  const views: AccountCoverage[] = [];
  for (const { id, name, lifecycle, reads = 'all' } of accounts) {
    const sources = await activeSources(db, id);
    const ledgers = await loadLedgers(
      db,
      sources.map((source) => source.id),
    );
    const sourceViews: SourceView[] = [];
    for (const source of sources) {
      const ledger = ledgers.get(source.id);
      if (ledger !== undefined) sourceViews.push(await sourceView(db, source, ledger, query));
    }
    views.push({
      id,
      name,
      lifecycle,
      pause: await pauseOf(db, id),
      learning: await learningOf(db, id),
      reads,
      sources: sourceViews,
    });
  }
  return {
    darkRules: views.some(isNarrow) ? await darkRules() : [],
    since: query.since,
    until: query.until,
    nothingWatched: !views.some(({ lifecycle }) => lifecycle === 'watched'),
    accounts: views,
    operationalAlerts: await openOperationalAlerts(db),
  };
}

/** Whether anything that should have been read was not, or cannot be now. */
export function hasGap({ accounts }: CoverageView): boolean {
  return accounts.some(({ sources }) => sources.some(isAmiss));
}

/** Whether a source has a gap, a read that does not get on, or a record that could not be read. */
export function isAmiss({ gaps, trouble, malformed }: SourceView): boolean {
  return gaps.length > 0 || trouble !== null || malformed.count > 0;
}

/** Whether anything shown was, or is now, read by a filter. */
function isNarrow({ reads, sources }: AccountCoverage): boolean {
  return reads !== 'all' || sources.some(({ windows }) => windows.some(({ filter }) => filter !== 'all'));
}

async function sourceView(
  db: StoreDb,
  source: LookupSource,
  ledger: SourceLedger,
  { since }: CoverageQuery,
): Promise<SourceView> {
  const from = secondsOf(since);
  return {
    id: source.id,
    region: source.region,
    watchedFrom: instantOfSeconds(ledger.watchedFrom),
    windows: ledger.windows.filter((window) => window.to >= from).map(windowView),
    gaps: gapsOf(ledger)
      .filter((gap) => gap.to >= from)
      .map(windowOf),
    trouble: await readTrouble(db, source),
    malformed: await unreadOf(db, source, since),
    footprints: await footprintDelays(db, source, since),
    reads: await readTotals(db, source, since),
  };
}

function windowView(window: LedgerWindow): WindowView {
  const { state, filter, sweepsDone, records, lateRecords, error } = window;
  const coveredAt = window.coveredAt === null ? null : instantOfSeconds(window.coveredAt);
  return { ...windowOf(window), state, filter, coveredAt, sweepsDone, records, lateRecords, error };
}
