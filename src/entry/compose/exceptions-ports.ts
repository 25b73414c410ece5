import type { StoreDb } from '../../adapters/store/database.ts';
import { heldBackTotals, preventedAlerts } from '../../adapters/store/detection/held-back-store.ts';
import type { ExceptionsPorts } from '../../views/exceptions.ts';

/** Where what exceptions held back is read from. */
export function exceptionsPorts(db: StoreDb): ExceptionsPorts {
  return {
    heldBackTotals: () => heldBackTotals(db),
    preventedBy: (exceptionId, limit) => preventedAlerts(db, exceptionId, limit),
  };
}
