import type { CoverageFilter, ReadReason } from '../model/coverage.ts';
import type { CollectionPolicy } from './collection-policy.ts';
import { isAsWide, isSameFilter } from './coverage-filter.ts';
import type { LedgerWindow, SourceLedger } from './source-ledger.ts';
import { lengthOf, missingFrom, type Span } from './span.ts';

/** One pass over a span that is due. */
export interface PlannedRead {
  readonly reason: ReadReason;
  readonly span: Span;
  readonly filter: CoverageFilter;
}

/**
 * What is due next for a log source, or null where nothing is: the live window first, then gaps, then sweeps, then history.
 * It comes from the ledger alone, so that there is no second poller and a crash forgets nothing.
 *
 * @param now the poll's time in seconds since 1970, the same for all reads of a poll: else the live window never ends.
 * @param tried spans that this poll has read already, or tried to; what overlaps with them is left for a later poll.
 */
export function nextRead(
  ledger: SourceLedger,
  now: number,
  policy: CollectionPolicy,
  tried: readonly Span[] = [],
): PlannedRead | null {
  const dues = [
    liveRead(ledger, now, policy),
    gapRead(ledger, now, policy),
    sweepRead(ledger, now, policy),
    historyRead(ledger, policy, now),
  ];
  return (
    dues.find((due) => due !== null && !tried.some((span) => span.from <= due.span.to && due.span.from <= span.to)) ??
    null
  );
}

const urgency: readonly ReadReason[] = ['live', 'gap', 'sweep', 'backfill'];

/** The more urgent of a read that was left in the middle and one that is due; the former where they are alike. */
export function moreUrgent<R extends { readonly reason: ReadReason }>(left: R | undefined, due: R | null): R | null {
  if (left === undefined || due === null) return left ?? due;
  return urgency.indexOf(due.reason) < urgency.indexOf(left.reason) ? due : left;
}

/**
 * From the end of what was last read, or tried, up to now, with an overlap. After a long stop only the newest part is live;
 * the rest is a gap.
 */
function liveRead(ledger: SourceLedger, now: number, policy: CollectionPolicy): PlannedRead | null {
  const last = ledger.windows.at(-1);
  const unread = Math.max(ledger.liveFrom, last === undefined ? ledger.liveFrom : last.to + 1);
  const to = now - policy.liveLagS;
  if (to < unread) return null;
  const from = Math.min(unread, overlapFrom(ledger, to, policy));
  return planned(ledger, 'live', { from: Math.max(from, to - likelyLength(ledger, policy) + 1), to });
}

/** Where a live read begins so that it sees late deliveries, without reading a busy stretch over and over. */
function overlapFrom(ledger: SourceLedger, to: number, policy: CollectionPolicy): number {
  let from = to;
  let records = 0;
  for (const window of ledger.windows.toReversed()) {
    records += window.state === 'covered' ? window.records : 0;
    if (window.to < to - policy.liveOverlapS || records > policy.overlapRecords) break;
    from = window.from;
  }
  return Math.max(from, to - policy.liveOverlapS);
}

/**
 * What is to be read next of a span that somebody asked for, oldest first; null where all of it is read, or was tried.
 *
 * @param now in seconds since 1970: what failed a moment ago is left alone for a while.
 */
export function nextReadWithin(
  within: Span,
  ledger: SourceLedger,
  now: number,
  policy: CollectionPolicy,
  tried: readonly Span[],
): PlannedRead | null {
  const blocked = [...tried].sort((a, b) => a.from - b.from);
  // What was read by a narrower filter than now is read again where somebody asks for it.
  const wide = { ...ledger, windows: ledger.windows.filter((window) => isReadAsNow(window, ledger)) };
  const reads = missingFrom(within, blocked).map((open) => readOfHoles('backfill', wide, open, now, policy));
  return reads.find((read) => read !== null) ?? null;
}

/** False for a window that was covered by a narrower filter than the one by which the source is read now. */
export function isReadAsNow(window: LedgerWindow, ledger: SourceLedger): boolean {
  return window.state !== 'covered' || isAsWide(window.filter, ledger.filter ?? 'all');
}

/** How far a slice from a time on may reach so that each of the sources is likely to be read in one go. */
export function sliceEnd(ledgers: readonly SourceLedger[], from: number, to: number, policy: CollectionPolicy): number {
  return Math.min(to, ...ledgers.map((ledger) => from + likelyLength(ledger, policy) - 1));
}

/** The newest hole since live reading began, in parts that get shorter the more often it failed. */
function gapRead(ledger: SourceLedger, now: number, policy: CollectionPolicy): PlannedRead | null {
  const end = ledger.windows.at(-1)?.to;
  if (end === undefined) return null;
  return readOfHoles('gap', ledger, { from: ledger.liveFrom, to: end }, now, policy);
}

/** History, oldest first, so that rules that learn see it in the order in which it happened. */
function historyRead(ledger: SourceLedger, policy: CollectionPolicy, now: number): PlannedRead | null {
  return readOfHoles('backfill', ledger, { from: ledger.watchedFrom, to: ledger.liveFrom - 1 }, now, policy);
}

function readOfHoles(
  reason: 'gap' | 'backfill',
  ledger: SourceLedger,
  within: Span,
  now: number,
  policy: CollectionPolicy,
): PlannedRead | null {
  // CloudTrail has nothing older: to read there would call covered what nobody can have seen.
  const kept: Span = { from: Math.max(within.from, now - policy.retentionS), to: within.to };
  if (kept.to < kept.from) return null;
  const blocked = ledger.windows.filter((window) => window.state !== 'failed' || (window.retryAt ?? 0) > now);
  const holes = missingFrom(kept, blocked);
  const hole = reason === 'gap' ? holes.at(-1) : holes[0];
  if (hole === undefined) return null;
  const longest = splitByFailures(ledger, hole, likelyLength(ledger, policy), policy);
  return planned(ledger, reason, partOf(hole, reason, longest));
}

function partOf(hole: Span, reason: 'gap' | 'backfill', longest: number): Span {
  if (lengthOf(hole) <= longest) return hole;
  return reason === 'gap'
    ? { from: hole.to - longest + 1, to: hole.to }
    : { from: hole.from, to: hole.from + longest - 1 };
}

/** A span that proved too long is read in parts: each needs fewer pages before its token is lost. */
function splitByFailures(ledger: SourceLedger, hole: Span, longest: number, policy: CollectionPolicy): number {
  const failures = ledger.windows
    .filter((window) => window.state === 'failed' && window.from <= hole.to && hole.from <= window.to)
    .map((window) => window.attempts);
  const halvings = Math.min(20, Math.max(0, ...failures));
  const length = Math.min(longest, lengthOf(hole));
  return Math.max(policy.shortestReadS, Math.ceil(length / 2 ** halvings));
}

/** As long as is likely to give `recordsPerRead`, judged by how busy the source has been so far. */
function likelyLength(ledger: SourceLedger, policy: CollectionPolicy): number {
  const read = ledger.windows.filter((window) => window.state === 'covered');
  const seconds = read.reduce((sum, window) => sum + lengthOf(window), 0);
  const records = read.reduce((sum, window) => sum + window.records, 0);
  if (records === 0) return policy.longestReadS;
  const length = Math.floor((policy.recordsPerRead * seconds) / records);
  return Math.min(policy.longestReadS, Math.max(policy.shortestReadS, length));
}

/** One read over due windows, the longest due first, and over what lies between them where that is little. */
function sweepRead(ledger: SourceLedger, now: number, policy: CollectionPolicy): PlannedRead | null {
  const covered = ledger.windows.filter((window) => window.state === 'covered');
  const firstDue = covered.findIndex((window) => sweepIsDue(window, now, policy));
  const first = covered[firstDue];
  if (first === undefined) return null;
  const last = lastOfGroup(covered.slice(firstDue), first, now, policy);
  return { reason: 'sweep', span: { from: first.from, to: last.to }, filter: first.filter };
}

/** The last due window that one read can take along with the first. */
function lastOfGroup(
  windows: readonly LedgerWindow[],
  first: LedgerWindow,
  now: number,
  policy: CollectionPolicy,
): LedgerWindow {
  let last = first;
  let records = 0;
  let between = 0;
  for (const window of windows) {
    if (!isSameFilter(first.filter, window.filter)) break;
    records += window.records;
    if (records > policy.recordsPerRead || window.to - first.from >= policy.longestReadS) break;
    const isDue = sweepIsDue(window, now, policy);
    between = isDue ? 0 : between + window.records;
    if (between > policy.bridgeRecords) break;
    if (isDue) last = window;
  }
  return last;
}

function sweepIsDue(window: LedgerWindow, now: number, policy: CollectionPolicy): boolean {
  const delay = policy.sweepDelaysS[window.sweepsDone];
  return delay !== undefined && window.to + delay <= now;
}

function planned(ledger: SourceLedger, reason: ReadReason, span: Span): PlannedRead {
  return { reason, span, filter: ledger.filter ?? 'all' };
}
