import { describe, expect, test } from 'vitest';
import { defaultCollectionPolicy as policy } from '../../src/collection/collection-policy.ts';
import { operationalAlertsOf } from '../../src/collection/operational-alerts.ts';
import type { SourceHealth } from '../../src/collection/ports.ts';
import { afterRead, type EndedRead, expired, type SourceLedger } from '../../src/collection/source-ledger.ts';
import type { AccountId, SourceId } from '../../src/model/ids.ts';

const now = 1_800_000_000;
const empty: SourceLedger = { watchedFrom: now - 7200, liveFrom: now - 3600, windows: [] };

function read(from: number, to: number, more: Partial<EndedRead> = {}): EndedRead {
  return {
    span: { from, to },
    filter: 'all',
    startedAt: to,
    outcome: { kind: 'complete' },
    records: 0,
    newRecords: 0,
    restarts: 0,
    ...more,
  };
}

function alerts(ledger: SourceLedger, at = now): readonly string[] {
  const health: SourceHealth = {
    source: { kind: 'lookup', id: 'lookup/1/r' as SourceId, accountId: '1' as AccountId, region: 'r' },
    ledger,
    pollIntervalMs: 300_000,
    footprintsOut: { count: 0, oldest: null },
    unread: { count: 0, examples: [] },
  };
  return operationalAlertsOf(health, at, policy).map(({ kind, sentence }) => `${kind}: ${sentence}`);
}

describe('the operators are told', () => {
  test('nothing, where all is read', () => {
    expect(alerts(afterRead(empty, read(now - 3600, now), policy))).toEqual([]);
  });

  test('of a source that nobody has read for some polls', () => {
    const ledger = afterRead(empty, read(now - 3600, now - 1000), policy);
    expect(alerts(ledger)).toEqual(['behind: nothing after 2027-01-15 07:43:20 UTC has been read completely']);
  });

  test('of a gap, with why it is there', () => {
    const denied = read(now - 3600, now - 600, { outcome: { kind: 'failed', error: 'denied; grant it' } });
    const ledger = afterRead(afterRead(empty, denied, policy), read(now - 599, now), policy);
    expect(alerts(ledger)).toEqual([
      'gap: 2027-01-15 07:00:00 to 2027-01-15 07:50:00 UTC could not be read yet and is tried again: denied; grant it',
    ]);
  });

  test('of what is lost, when CloudTrail no longer keeps what was never read', () => {
    const later = now + policy.retentionS;
    const ledger = expired(afterRead(empty, read(now + 10, later), policy), later, policy);
    expect(alerts(ledger, later)).toEqual(
      [
        'lost: 2027-01-15 06:00:00 to 2027-01-15 07:59:59 UTC was never read, and CloudTrail no longer keeps it',
        'gap: 2027-01-15 08:00:00 to 2027-01-15 08:00:09 UTC could not be read yet and is tried again',
      ].toSorted(),
    );
  });

  test('of an account that is busier than LookupEvents allows to follow, with the figure', () => {
    const ledger = afterRead(empty, read(now - 3600, now, { records: 360_100, newRecords: 360_100 }), policy);
    expect(alerts(ledger)).toEqual([
      'too-busy: 100.0 events a second are recorded here, and LookupEvents allows to read and sweep 25; read = "write-only" leaves read-only events out',
    ]);
  });
});
