import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { backfillWorkflows } from '../../adapters/temporal/backfills.ts';
import type { BackfillPorts } from '../../commands/backfills.ts';
import { currentInstant } from '../../model/instant.ts';
import type { BackfillsPorts } from '../../views/backfills.ts';
import type { Connections } from './connections.ts';

/** What asking about backfills, and changing them, needs. */
export function backfillPorts({
  store,
  polling,
}: Pick<Connections, 'store' | 'polling'>): BackfillPorts & BackfillsPorts {
  return {
    ...backfillWorkflows(polling),
    auditLog: storeAuditLog(store.db),
    now: currentInstant,
  };
}
