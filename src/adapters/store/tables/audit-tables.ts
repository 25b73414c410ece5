import type { ColumnType } from 'kysely';
import type { CaseId, Instant } from '../../../model/ids.ts';

/** What happened, who did it, and to what; rows are only ever added. What `canonical` says is the record; the columns find it. */
export interface AuditRecordsTable {
  /** Order of commit, without gaps. */
  position: bigint;
  /** The digest of `canonical`. */
  id: string;
  at: Instant;
  actor: string;
  case_id: CaseId | null;
  kind: string;
  subject: string;
  /** RFC 8785 JSON. */
  canonical: string;
  /** Only of rows that were written before there were bytes: whether those that were made afterwards give the ID. */
  recovered: ColumnType<boolean | null, never, never>;
}

export interface AuditTables {
  audit_records: AuditRecordsTable;
}
