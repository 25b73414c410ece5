import { auditRecordsAfter, latestAuditPosition } from '../../adapters/store/audit/audit-store.ts';
import { openOperationalAlerts } from '../../adapters/store/collection/collection-health-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { alertsSince, knownMatchesSince, readingProgress } from '../../adapters/store/news-store.ts';
import type { NewsPorts, WaitingPorts } from '../../views/news.ts';
import { casePorts } from './case-ports.ts';

/** Where what happens, and what waits, is read from. */
export function newsPorts(db: StoreDb): NewsPorts & WaitingPorts {
  return {
    ...casePorts(db, null),
    readingProgress: () => readingProgress(db),
    alertsSince: (since, told) => alertsSince(db, since, told),
    knownMatchesSince: (since) => knownMatchesSince(db, since),
    operationalAlerts: () => openOperationalAlerts(db),
    auditRecordsAfter: (position) => auditRecordsAfter(db, position),
    latestAuditPosition: () => latestAuditPosition(db),
  };
}
