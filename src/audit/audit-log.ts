import type { SealedRecord } from './audit-record.ts';

/** Where audit records go; a record that is there already is not added again. */
export interface AuditLog {
  append(records: readonly SealedRecord[]): Promise<void>;
}
