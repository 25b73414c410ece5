import * as fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { loadSourceHealth } from '../../src/adapters/store/collection/collection-health-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { sumUpWholeLedgers } from '../../src/adapters/store/migrations/0009-whole-ledgers.ts';
import { loadLedgers, saveLedgers } from '../../src/adapters/store/collection/source-ledger-store.ts';
import { defaultCollectionPolicy as policy } from '../../src/collection/collection-policy.ts';
import { operationalAlertsOf } from '../../src/collection/operational-alerts.ts';
import type { LedgerWindow } from '../../src/collection/source-ledger.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { lookupSourceId } from '../../src/model/log-source.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const accountId = '111122223333' as AccountId;
const source = lookupSourceId(accountId, 'us-east-1');
const nowS = Date.UTC(2026, 5, 1, 12) / 1000;
const now = new Date(nowS * 1000).toISOString() as Instant;
const historyMs = 4 * 60 * 60 * 1000;

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  const account = { id: accountId, name: 'a', partition: 'aws', lifecycle: 'watched', regions: ['us-east-1'] } as const;
  await syncAccounts(store, [{ ...account, roles: {}, pollIntervalMs: 300_000 }], { historyMs, now });
  const liveFrom = new Date(nowS * 1000 - historyMs / 2).toISOString() as Instant;
  await store.db.updateTable('log_sources').set({ live_from: liveFrom }).execute();
});

afterAll(() => store.close());

interface Stretch {
  readonly lengthS: number;
  readonly kind: LedgerWindow['state'] | 'hole';
  readonly records: number;
}

const stretch: fc.Arbitrary<Stretch> = fc.record({
  lengthS: fc.integer({ min: 60, max: 5400 }),
  kind: fc.constantFrom<Stretch['kind'][]>(
    'covered',
    'covered',
    'covered',
    'covered',
    'failed',
    'beyond-retention',
    'hole',
  ),
  records: fc.constantFrom(0, 3, 500_000),
});

function busy(lengthS: number): Stretch {
  return { lengthS, kind: 'covered', records: 500_000 };
}

/** Windows from the beginning of the history on, with holes, failures and losses here and there. */
function windowsOf(stretches: readonly Stretch[]): readonly LedgerWindow[] {
  let from = nowS - historyMs / 1000;
  return stretches.flatMap(({ lengthS, kind, records }) => {
    const span = { from, to: from + lengthS - 1 };
    from += lengthS;
    if (kind === 'hole') return [];
    const error = kind === 'failed' ? 'reading was denied' : null;
    const known = { sweepsDone: 0, lateRecords: 0, attempts: 0, retryAt: null, error };
    return [{ ...span, state: kind, filter: 'all', coveredAt: null, records, ...known }];
  });
}

test('the operators are told the same by summed-up ledgers as by whole ones', async () => {
  let [told, quiet, summed] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 12 }), async (stretches) => {
      const before = (await loadLedgers(store.db, [source])).get(source);
      if (before === undefined) throw new Error('the source has a ledger');
      const ledger = { ...before, windows: windowsOf(stretches) };
      await saveLedgers(store.db, [{ sourceId: source, before, after: ledger }]);
      const [health] = await loadSourceHealth(store.db, now, policy.footprintLateS);
      if (health === undefined) throw new Error('the source is watched');
      const alerts = operationalAlertsOf(health, nowS, policy);
      expect(alerts).toEqual(operationalAlertsOf({ ...health, ledger }, nowS, policy));
      if (health.ledger.windows.length < ledger.windows.length) summed += 1;
      // A store of an earlier version is summed up by its migration: to the same.
      function rows() {
        return store.db.selectFrom('whole_ledgers').selectAll().execute();
      }
      const written = await rows();
      await store.db.deleteFrom('whole_ledgers').execute();
      await sql.raw(sumUpWholeLedgers).execute(store.db);
      expect(await rows()).toEqual(written);
      if (alerts.length === 0) quiet += 1;
      else told += 1;
    }),
    {
      numRuns: 150,
      examples: [
        // A window that begins before live reading, and is older than the last hour only in part.
        [[busy(7300), busy(300), busy(60)]],
      ],
    },
  );
  expect(told).toBeGreaterThan(0);
  expect(quiet).toBeGreaterThan(0);
  expect(summed).toBeGreaterThan(0);
});

test('a ledger in which nothing is amiss is not read to see that, however many windows it has', async () => {
  const before = (await loadLedgers(store.db, [source])).get(source);
  if (before === undefined) throw new Error('the source has a ledger');
  const whole = Array.from({ length: 48 }, () => ({ lengthS: 300, kind: 'covered', records: 3 }) as const);
  await saveLedgers(store.db, [{ sourceId: source, before, after: { ...before, windows: windowsOf(whole) } }]);
  await store.db.transaction().execute(async (others) => {
    // Whoever reads the windows now waits for ever.
    await sql`lock table windows in access exclusive mode`.execute(others);
    const [health] = await loadSourceHealth(store.db, now, policy.footprintLateS);
    expect(health?.ledger.windows).toHaveLength(2);
    expect(health === undefined ? [] : operationalAlertsOf(health, nowS, policy)).toEqual([]);
  });
});
