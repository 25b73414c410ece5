import type { CoverageFilter, CoverageState } from '../model/coverage.ts';
import { isAsWide } from './coverage-filter.ts';
import { mostRestarts } from './read-step.ts';
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
  /** How often it proved too long to be read in one go; its next reads are shorter. */
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
  /** By which filter it is read from now on; `all` where not given. A window says by which it was read. */
  readonly filter?: CoverageFilter;
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
  readonly restarts: number;
}

/** The ledger after a read. Only a complete read covers; a failed one never takes coverage away. */
export function afterRead(ledger: SourceLedger, read: EndedRead, policy: CollectionPolicy): SourceLedger {
  return read.outcome.kind === 'complete'
    ? covered(ledger, read, policy)
    : failed(ledger, read, read.outcome.error, policy);
}

function covered(ledger: SourceLedger, read: EndedRead, policy: CollectionPolicy): SourceLedger {
  const { before, near, after } = cut(ledger.windows, read.span);
  // What was read by a narrower filter is read for the first time now.
  const known = near.filter((window) => window.state === 'covered' && isAsWide(window.filter, read.filter));
  const swept = known.map((window) => (contains(read.span, window) ? sweptBy(window, read, policy) : window));
  const holes = missingFrom(read.span, known);
  const first = coveredFirst(holes, read, known.length === 0, policy);
  const unread = near
    .filter((window) => !known.includes(window))
    .flatMap((window) => missingFrom(window, [read.span]).map((rest) => partOf(window, rest)));
  const now = [...swept, ...unread, ...first];
  return withNear(ledger, before, holes.length === 0 ? lateCounted(now, read) : now, after, policy);
}

/** The windows that a read covered first. Where it read others again, what it newly found is put on these, by their length. */
function coveredFirst(
  holes: readonly Span[],
  read: EndedRead,
  alone: boolean,
  policy: CollectionPolicy,
): readonly LedgerWindow[] {
  const share = splitCount(alone ? read.records : read.newRecords, holes);
  return holes.map((hole, index) => ({
    ...hole,
    state: 'covered',
    filter: read.filter,
    coveredAt: read.startedAt,
    sweepsDone: sweepsServed(hole, read.startedAt, policy),
    records: share[index] ?? 0,
    lateRecords: 0,
    attempts: 0,
    retryAt: null,
    error: null,
  }));
}

/** The windows before a span, those that touch it, and those after it. */
function cut(windows: readonly LedgerWindow[], span: Span) {
  const start = firstIndex(windows, (window) => window.to >= span.from);
  const end = firstIndex(windows, (window) => window.from > span.to);
  return { before: windows.slice(0, start), near: windows.slice(start, end), after: windows.slice(end) };
}

/** By halving: the windows are ascending, and `holds` is true from some window on. */
function firstIndex(windows: readonly LedgerWindow[], holds: (window: LedgerWindow) => boolean): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const window = windows[middle];
    if (window !== undefined && !holds(window)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A window less what was cut off; its records are taken to lie evenly in it. */
function partOf(window: LedgerWindow, rest: Span): LedgerWindow {
  return { ...window, ...rest, records: Math.round((window.records * lengthOf(rest)) / lengthOf(window)) };
}

function sweptBy(window: LedgerWindow, read: EndedRead, policy: CollectionPolicy): LedgerWindow {
  if (!isAsWide(read.filter, window.filter)) return window;
  const sweepsDone = Math.max(window.sweepsDone, sweepsServed(window, read.startedAt, policy));
  return { ...window, sweepsDone };
}

/** What a sweep found anew came late; it is put on the latest window that it read again. */
function lateCounted(windows: readonly LedgerWindow[], sweep: EndedRead): readonly LedgerWindow[] {
  if (sweep.newRecords === 0) return windows;
  const target = windows.findLast((window) => overlap(window, sweep.span));
  function counted(window: LedgerWindow): LedgerWindow {
    return {
      ...window,
      records: window.records + sweep.newRecords,
      lateRecords: window.lateRecords + sweep.newRecords,
    };
  }
  return windows.map((window) => (window === target ? counted(window) : window));
}

function failed(ledger: SourceLedger, read: EndedRead, error: string, policy: CollectionPolicy): SourceLedger {
  const { before, near, after } = cut(ledger.windows, read.span);
  const known = near.filter((window) => window.state !== 'failed');
  const earlier = near.filter((window) => window.state === 'failed');
  const tooLong = read.restarts >= mostRestarts;
  const attempts = Math.max(0, ...earlier.map((window) => window.attempts)) + Number(tooLong);
  const wait = Math.min(policy.longestRetryS, policy.retryAfterS * 2 ** Math.min(attempts, 20));
  const retryAt = read.startedAt + wait;
  const holes = missingFrom(read.span, known).map((hole) => unreadWindow(hole, 'failed', { attempts, retryAt, error }));
  const others = earlier.flatMap((window) => missingFrom(window, [read.span]).map((rest) => ({ ...window, ...rest })));
  return withNear(ledger, before, [...known, ...others, ...holes], after, policy);
}

function unreadWindow(
  span: Span,
  state: 'failed' | 'beyond-retention',
  failure: Pick<LedgerWindow, 'attempts' | 'retryAt' | 'error'>,
): LedgerWindow {
  return { ...span, state, filter: 'all', coveredAt: null, sweepsDone: 0, records: 0, lateRecords: 0, ...failure };
}

/** A read that began at `at` serves every sweep whose time had come by then. */
function sweepsServed(span: Span, at: number, policy: CollectionPolicy): number {
  return policy.sweepDelaysS.filter((delay) => span.to + delay <= at).length;
}

function splitCount(count: number, spans: readonly Span[]): readonly number[] {
  const total = spans.reduce((sum, span) => sum + lengthOf(span), 0);
  return spans.map((span) => (total === 0 ? 0 : Math.round((count * lengthOf(span)) / total)));
}

/** Puts a stretch of the ledger back between its neighbours, and joins what may be joined there. */
function withNear(
  ledger: SourceLedger,
  before: readonly LedgerWindow[],
  near: readonly LedgerWindow[],
  after: readonly LedgerWindow[],
  policy: CollectionPolicy,
): SourceLedger {
  const stretch = [...before.slice(-1), ...near.toSorted((a, b) => a.from - b.from), ...after.slice(0, 1)];
  return { ...ledger, windows: [...before.slice(0, -1), ...compacted(stretch, policy), ...after.slice(1)] };
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
  if (a.state === 'failed') return a.attempts === b.attempts && a.error === b.error;
  // A sweep must be able to read a window in one go, with others.
  const tooMuch = sweepsLeft(a, policy) && a.records + b.records > policy.recordsPerRead / 2;
  return a.state === 'covered' && !tooMuch && a.sweepsDone === b.sweepsDone && filterKey(a) === filterKey(b);
}

function longestJoin(window: LedgerWindow, policy: CollectionPolicy): number {
  return sweepsLeft(window, policy) ? (policy.sweepDelaysS[window.sweepsDone - 1] ?? 0) : longestJoinedS;
}

function sweepsLeft(window: LedgerWindow, policy: CollectionPolicy): boolean {
  return window.state === 'covered' && window.sweepsDone < policy.sweepDelaysS.length;
}

function filterKey(window: LedgerWindow): string {
  return window.filter === 'all' ? 'all' : `only ${window.filter.only}`;
}

function joined(a: LedgerWindow, b: LedgerWindow): LedgerWindow {
  return {
    ...a,
    to: b.to,
    coveredAt: later(a.coveredAt, b.coveredAt),
    retryAt: later(a.retryAt, b.retryAt),
    records: a.records + b.records,
    lateRecords: a.lateRecords + b.lateRecords,
  };
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** What CloudTrail no longer keeps and nobody read is lost, and the ledger says so. */
export function expired(ledger: SourceLedger, now: number, policy: CollectionPolicy): SourceLedger {
  const past: Span = { from: ledger.watchedFrom, to: now - policy.retentionS - 1 };
  if (past.to < past.from) return ledger;
  const { before, near, after } = cut(ledger.windows, past);
  const known = near.filter((window) => window.state !== 'failed');
  const holes = missingFrom(past, known);
  if (holes.length === 0) return ledger;
  const lost = holes.map((hole) => unreadWindow(hole, 'beyond-retention', { attempts: 0, retryAt: null, error: null }));
  const stillFailed = near
    .filter((window) => window.state === 'failed')
    .flatMap((window) => missingFrom(window, [past]).map((rest) => ({ ...window, ...rest })));
  return withNear(ledger, before, [...known, ...stillFailed, ...lost], after, policy);
}
