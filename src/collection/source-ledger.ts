import type { CoverageFilter, CoverageState } from '../model/coverage.ts';
import { contains, lengthOf, missingFrom, overlap, type Span } from './span.ts';
import type { CollectionPolicy } from './collection-policy.ts';

/** A span of the ledger with what is known about it. */
export interface LedgerWindow extends Span {
  readonly state: Exclude<CoverageState, 'due' | 'reading'>;
  readonly filter: CoverageFilter;
  /** When it was first read completely, in seconds since 1970. */
  readonly coveredAt: number | null;
  /** How many of the sweep delays have been served. */
  readonly sweepsDone: number;
  /** Records known in it, to tell a busy stretch from a quiet one. */
  readonly records: number;
  readonly lateRecords: number;
  readonly attempts: number;
  /** A failed window is not tried again before this, in seconds since 1970. */
  readonly retryAt: number | null;
  /** A sentence of ours. */
  readonly error: string | null;
}

/** The coverage ledger of one log source; its windows are ascending and disjoint. */
export interface SourceLedger {
  /** Everything from here on must be covered. */
  readonly watchedFrom: number;
  /** Live reading began here; what lies before is history. */
  readonly liveFrom: number;
  readonly windows: readonly LedgerWindow[];
}

/** What a read that has ended tells the ledger. */
export interface EndedRead {
  readonly span: Span;
  readonly filter: CoverageFilter;
  /** When its first page was asked for: what was delivered later may not be in it. */
  readonly startedAt: number;
  readonly outcome: { readonly kind: 'complete' } | { readonly kind: 'failed'; readonly error: string };
  readonly records: number;
  readonly newRecords: number;
}

/** The ledger after a read. Only a complete read covers; a failed one never takes coverage away. */
export function afterRead(ledger: SourceLedger, read: EndedRead, policy: CollectionPolicy): SourceLedger {
  return read.outcome.kind === 'complete'
    ? covered(ledger, read, policy)
    : failed(ledger, read, read.outcome.error, policy);
}

function covered(ledger: SourceLedger, read: EndedRead, policy: CollectionPolicy): SourceLedger {
  const known = ledger.windows.filter((window) => window.state === 'covered');
  const swept = known.map((window) => (contains(read.span, window) ? sweptBy(window, read, policy) : window));
  const holes = missingFrom(read.span, known);
  // Records cannot be told apart by window here: what a read newly found is put on the windows it covered first.
  const share = splitCount(read.newRecords, holes);
  const first = holes.map((hole, index): LedgerWindow => {
    const counted =
      holes.length === 1 && known.every((window) => !overlap(window, read.span)) ? read.records : share[index];
    return {
      ...hole,
      state: 'covered',
      filter: read.filter,
      coveredAt: read.startedAt,
      sweepsDone: sweepsServed(hole, read.startedAt, policy),
      records: counted ?? 0,
      lateRecords: 0,
      attempts: 0,
      retryAt: null,
      error: null,
    };
  });
  const unread = ledger.windows
    .filter((window) => window.state !== 'covered')
    .flatMap((window) => missingFrom(window, [read.span]).map((rest) => ({ ...window, ...rest })));
  const windows = [...swept, ...unread, ...first];
  return withWindows(ledger, holes.length === 0 ? lateCounted(windows, read) : windows, policy);
}

function sweptBy(window: LedgerWindow, read: EndedRead, policy: CollectionPolicy): LedgerWindow {
  const sweepsDone = Math.max(window.sweepsDone, sweepsServed(window, read.startedAt, policy));
  return { ...window, sweepsDone };
}

/** What a sweep found anew came late; it is put on the latest window that it read again. */
function lateCounted(windows: readonly LedgerWindow[], sweep: EndedRead): readonly LedgerWindow[] {
  if (sweep.newRecords === 0) return windows;
  const target = windows.findLast((window) => overlap(window, sweep.span));
  const counted = (window: LedgerWindow): LedgerWindow => ({
    ...window,
    records: window.records + sweep.newRecords,
    lateRecords: window.lateRecords + sweep.newRecords,
  });
  return windows.map((window) => (window === target ? counted(window) : window));
}

function failed(ledger: SourceLedger, read: EndedRead, error: string, policy: CollectionPolicy): SourceLedger {
  const known = ledger.windows.filter((window) => window.state !== 'failed');
  const earlier = ledger.windows.filter((window) => window.state === 'failed' && overlap(window, read.span));
  const attempts = 1 + Math.max(0, ...earlier.map((window) => window.attempts));
  const wait = Math.min(policy.longestRetryS, policy.retryAfterS * 2 ** (attempts - 1));
  const holes = missingFrom(read.span, known).map((hole): LedgerWindow => ({
    ...hole,
    state: 'failed',
    filter: read.filter,
    coveredAt: null,
    sweepsDone: 0,
    records: 0,
    lateRecords: 0,
    attempts,
    retryAt: read.startedAt + wait,
    error,
  }));
  const others = ledger.windows
    .filter((window) => window.state === 'failed')
    .flatMap((window) => missingFrom(window, [read.span]).map((rest) => ({ ...window, ...rest })));
  return withWindows(ledger, [...known, ...others, ...holes], policy);
}

/** A read that began at `at` serves every sweep whose time had come by then. */
function sweepsServed(span: Span, at: number, policy: CollectionPolicy): number {
  return policy.sweepDelaysS.filter((delay) => span.to + delay <= at).length;
}

function splitCount(count: number, spans: readonly Span[]): readonly number[] {
  const total = spans.reduce((sum, span) => sum + lengthOf(span), 0);
  return spans.map((span) => (total === 0 ? 0 : Math.round((count * lengthOf(span)) / total)));
}

function withWindows(ledger: SourceLedger, windows: readonly LedgerWindow[], policy: CollectionPolicy): SourceLedger {
  return {
    ...ledger,
    windows: compacted(
      [...windows].sort((a, b) => a.from - b.from),
      policy,
    ),
  };
}

/**
 * Neighbours that wait for the same sweep become one, so that a source's ledger stays some hundred rows. A joined window is
 * swept when its last part is due: so it may grow to the delay that it has behind it, and to a day after the last sweep.
 */
function compacted(windows: readonly LedgerWindow[], policy: CollectionPolicy): readonly LedgerWindow[] {
  const result: LedgerWindow[] = [];
  for (const window of windows) {
    const last = result.at(-1);
    if (last !== undefined && canJoin(last, window, policy)) result[result.length - 1] = joined(last, window);
    else result.push(window);
  }
  return result;
}

const longestJoinedS = 24 * 60 * 60;

function canJoin(a: LedgerWindow, b: LedgerWindow, policy: CollectionPolicy): boolean {
  const length = lengthOf({ from: a.from, to: b.to });
  if (a.to + 1 !== b.from || a.state !== b.state || length > longestJoin(a, policy)) return false;
  if (a.state === 'beyond-retention') return true;
  return a.state === 'covered' && a.sweepsDone === b.sweepsDone && filterKey(a) === filterKey(b);
}

function longestJoin(window: LedgerWindow, policy: CollectionPolicy): number {
  const waitsForNone = window.state !== 'covered' || window.sweepsDone >= policy.sweepDelaysS.length;
  return waitsForNone ? longestJoinedS : (policy.sweepDelaysS[window.sweepsDone - 1] ?? 0);
}

function filterKey(window: LedgerWindow): string {
  return window.filter === 'all' ? 'all' : `only ${window.filter.only}`;
}

function joined(a: LedgerWindow, b: LedgerWindow): LedgerWindow {
  return {
    ...a,
    to: b.to,
    coveredAt: Math.max(a.coveredAt ?? 0, b.coveredAt ?? 0),
    records: a.records + b.records,
    lateRecords: a.lateRecords + b.lateRecords,
  };
}

/** What CloudTrail no longer keeps and nobody read is lost, and the ledger says so. */
export function expired(ledger: SourceLedger, now: number, policy: CollectionPolicy): SourceLedger {
  const horizon = now - policy.retentionS;
  if (ledger.watchedFrom >= horizon) return ledger;
  const past: Span = { from: ledger.watchedFrom, to: horizon - 1 };
  const known = ledger.windows.filter((window) => window.state !== 'failed');
  const lost = missingFrom(past, known).map((hole): LedgerWindow => ({
    ...hole,
    state: 'beyond-retention',
    filter: 'all',
    coveredAt: null,
    sweepsDone: 0,
    records: 0,
    lateRecords: 0,
    attempts: 0,
    retryAt: null,
    error: null,
  }));
  if (lost.length === 0) return ledger;
  const stillFailed = ledger.windows
    .filter((window) => window.state === 'failed')
    .flatMap((window) => missingFrom(window, [past]).map((rest) => ({ ...window, ...rest })));
  return withWindows(ledger, [...known, ...stillFailed, ...lost], policy);
}
