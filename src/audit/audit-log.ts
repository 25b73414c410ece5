import type { AuditRecord } from '../model/audit-record.ts';

/** Where audit records go; a record that is there already is not added again. */
export interface AuditLog {
  append(records: readonly AuditRecord[]): Promise<void>;
}
