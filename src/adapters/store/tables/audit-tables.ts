import type { ColumnType } from 'kysely';
import type { AuditKind } from '../../../model/audit-record.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Json } from './columns.ts';

/** What happened, who did it, and to what; rows are only ever added. */
export interface AuditRecordsTable {
  /** Order of arrival. */
  position: ColumnType<bigint, never, never>;
  id: string;
  at: Instant;
  actor: string;
  case_id: CaseId | null;
  kind: AuditKind;
  subject: string;
  data: Json<JsonValue>;
}

export interface AuditTables {
  audit_records: AuditRecordsTable;
}
