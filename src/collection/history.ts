import type { SourceLedger } from './source-ledger.ts';

/**
 * From when on a source's history is read without a hole, up to where live reading began, in seconds since 1970; the live
 * part's own beginning where none is read.
 */
export function historyReadFrom(ledger: SourceLedger): number {
  let from = ledger.liveFrom;
  for (const window of ledger.windows.toReversed()) {
    if (window.state !== 'covered' || window.filter !== 'all' || window.from >= from) continue;
    if (window.to < from - 1) break;
    from = window.from;
  }
  return from;
}
