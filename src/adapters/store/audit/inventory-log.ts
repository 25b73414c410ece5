import { auditRecord, trailhoundItself, typedEntry } from '../../../audit/audit-record.ts';
import { type Inventory, type InventoryChange, inventoryChange } from '../../../audit/inventory-change.ts';
import type { Instant } from '../../../model/ids.ts';
import { lockUntilCommit } from '../advisory-lock.ts';
import { appendAuditRecords, latestAuditRecord } from './audit-store.ts';
import type { StoreDb } from '../database.ts';

/** What an installation runs with, by the kinds of record that tell of its changes. */
export interface Inventories {
  readonly 'configuration-changed': Inventory;
  readonly 'rules-changed': Inventory;
  readonly 'exceptions-changed': Inventory;
}

const subjects = {
  'configuration-changed': 'configuration',
  'rules-changed': 'rules',
  'exceptions-changed': 'exceptions',
} as const satisfies Record<keyof Inventories, string>;

/** Records where an inventory is another than the one on record; workers that start together record it once. */
export async function recordInventories(db: StoreDb, inventories: Inventories, at: Instant): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await lockUntilCommit(transaction, 'audit');
    for (const kind of ['configuration-changed', 'rules-changed', 'exceptions-changed'] as const) {
      const data = inventoryChange(await lastChange(transaction, kind), inventories[kind]);
      if (data === null) continue;
      const record = auditRecord({ at, actor: trailhoundItself, kind, subject: subjects[kind], data });
      await appendAuditRecords(transaction, [record]);
    }
  });
}

/** One that is not what its ID was made of tells nothing: all is on record anew. */
async function lastChange(db: StoreDb, kind: keyof Inventories): Promise<InventoryChange | null> {
  const last = await latestAuditRecord(db, kind);
  const entry = last?.intact === true ? typedEntry(last) : null;
  return entry?.kind === kind ? entry.data : null;
}
