import { activeSources } from '../../adapters/store/accounts/account-store.ts';
import {
  footprintDelays,
  openOperationalAlerts,
  readTotals,
  readTrouble,
} from '../../adapters/store/collection/collection-health-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { unreadOf } from '../../adapters/store/collection/malformed-record-store.ts';
import { loadLedgers } from '../../adapters/store/collection/source-ledger-store.ts';
import type { CoveragePorts } from '../../views/coverage.ts';
import { accountsPorts } from './account-commands.ts';

/** Where what was read is known from. */
export function coveragePorts(db: StoreDb, darkRules: CoveragePorts['darkRules']): CoveragePorts {
  return {
    ...accountsPorts(db),
    sourcesOf: (accountId) => activeSources(db, accountId),
    ledgersOf: (sources) => loadLedgers(db, sources),
    readingOf: async (source, span) => ({
      trouble: await readTrouble(db, source),
      malformed: await unreadOf(db, source, span),
      footprints: await footprintDelays(db, source, span),
      reads: await readTotals(db, source, span),
    }),
    operationalAlerts: () => openOperationalAlerts(db),
    darkRules,
  };
}
