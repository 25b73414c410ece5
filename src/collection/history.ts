import { isReadAsNow } from './next-read.ts';
import type { SourceLedger } from './source-ledger.ts';
import { lengthOf, missingFrom, type Span } from './span.ts';

/**
 * From when on a source's history is read without a hole, up to where live reading began, in seconds since 1970; the live
 * part's own beginning where none is read. What is left out on purpose is no hole: rules that need it are told to be dark.
 */
export function historyReadFrom(ledger: SourceLedger): number {
  let from = ledger.liveFrom;
  for (const window of ledger.windows.toReversed()) {
    if (window.state !== 'covered' || !isReadAsNow(window, ledger) || window.from >= from) continue;
    if (window.to < from - 1) break;
    from = window.from;
  }
  return from;
}

/** How much of a source's history is read, from 0 to 1; what CloudTrail no longer keeps counts as done. */
export function historyReadShare(ledger: SourceLedger): number {
  const history: Span = { from: ledger.watchedFrom, to: ledger.liveFrom - 1 };
  if (history.to < history.from) return 1;
  const done = ledger.windows.filter((window) => window.state !== 'failed');
  const missing = missingFrom(history, done).reduce((sum, hole) => sum + lengthOf(hole), 0);
  return 1 - missing / lengthOf(history);
}
