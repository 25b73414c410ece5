import { busyWithinS, gapsOf, recentlyRead } from './operational-alerts.ts';
import type { LedgerWindow, SourceLedger } from './source-ledger.ts';
import type { Span } from './span.ts';

/**
 * All that the operators could be told of a ledger in which nothing is amiss since live reading began, in seconds since 1970.
 * Nearly all ledgers are like that, and have a hundred windows each.
 */
export interface WholeLedger {
  /** Its end: up to here it was read. */
  readonly to: number;
  /** Where its last hour begins, which tells how busy the source is; null where the last window is longer than that. */
  readonly recentFrom: number | null;
  readonly recentRecords: number;
}

/** Sums a ledger up; null where it has a hole or a window that is not covered, or where nothing was read live yet. */
export function wholeLedgerOf(ledger: SourceLedger): WholeLedger | null {
  const last = ledger.windows.at(-1);
  if (last === undefined || last.to < ledger.liveFrom || gapsOf(ledger).length > 0) return null;
  const isWhole = ledger.windows.every((window) => window.to < ledger.liveFrom || window.state === 'covered');
  if (!isWhole) return null;
  const recent = recentlyRead(ledger);
  return {
    to: last.to,
    recentFrom: recent[0]?.from ?? null,
    recentRecords: recent.reduce((sum, window) => sum + window.records, 0),
  };
}

/** A ledger of two windows at most, of which the operators are told the same as of the one that was summed up. */
export function ledgerOfWhole(
  { to, recentFrom, recentRecords }: WholeLedger,
  known: Pick<SourceLedger, 'watchedFrom' | 'liveFrom' | 'filter'>,
): SourceLedger {
  const split = recentFrom ?? to + 1;
  // Long enough not to be taken for a part of the last hour; what lies before live reading is not judged.
  const begin = Math.min(known.liveFrom, to - busyWithinS - 1);
  return {
    ...known,
    windows: [
      summedWindow({ from: begin, to: split - 1 }, 0),
      ...(split <= to ? [summedWindow({ from: split, to }, recentRecords)] : []),
    ],
  };
}

/** Stands for many covered windows; of what they say by themselves, nothing is judged. */
function summedWindow(span: Span, records: number): LedgerWindow {
  const unsaid = { coveredAt: null, sweepsDone: 0, lateRecords: 0, attempts: 0, retryAt: null, error: null };
  return { ...span, state: 'covered', filter: 'all', records, ...unsaid };
}
