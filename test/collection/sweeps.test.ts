import { expect, test } from 'vitest';
import { defaultCollectionPolicy as policy } from '../../src/collection/collection-policy.ts';
import { nextRead } from '../../src/collection/next-read.ts';
import type { LedgerWindow, SourceLedger } from '../../src/collection/source-ledger.ts';

const now = 10 * 86_400;
function window(from: number, to: number, sweepsDone: number, records: number): LedgerWindow {
  const known = { from, to, sweepsDone, records, lateRecords: 0, attempts: 0, retryAt: null, error: null };
  return { ...known, state: 'covered', filter: 'all', coveredAt: to };
}

/** A window is due after a day, another after 15 minutes; what lies between waits, and holds some records. */
function ledgerWith(recordsBetween: number): SourceLedger {
  const dayOld = window(now - 90_000, now - 86_401, 2, 10);
  const between = window(now - 86_400, now - 1201, 2, recordsBetween);
  const quarterOld = window(now - 1200, now - 901, 0, 2);
  const fresh = window(now - 900, now, 0, 4);
  return { watchedFrom: dayOld.from, liveFrom: dayOld.from, windows: [dayOld, between, quarterOld, fresh] };
}

test('one sweep spans all due windows where few known records lie between', () => {
  expect(nextRead(ledgerWith(50), now, policy)?.span).toEqual({ from: now - 90_000, to: now - 901 });
});

test('a sweep does not read pages of known records only to join another: that costs more than a read of its own', () => {
  expect(nextRead(ledgerWith(51), now, policy)?.span).toEqual({ from: now - 90_000, to: now - 86_401 });
});
