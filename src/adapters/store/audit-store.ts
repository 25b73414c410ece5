import type { AuditLog } from '../../audit/audit-log.ts';
import type { AuditKind, AuditRecord } from '../../model/audit-record.ts';
import type { CaseId } from '../../model/ids.ts';
import type { StoreDb } from './database.ts';
import { jsonText, storableText } from './json-text.ts';

/** The audit log in the store; may be called within a transaction, so that a change and its record stand or fall together. */
export function storeAuditLog(db: StoreDb): AuditLog {
  return { append: (records) => appendAuditRecords(db, records) };
}

/** Adds audit records; those that are there already (same content, same ID) are not added again. */
export async function appendAuditRecords(db: StoreDb, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await db
    .insertInto('audit_records')
    .values(
      records.map((record) => ({
        id: record.id,
        at: record.at,
        actor: storableText(record.actor),
        case_id: record.caseId ?? null,
        kind: record.kind,
        subject: storableText(record.subject),
        data: jsonText(record.data),
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** A case's audit records, of one kind or all, in the order in which they were written. */
export async function loadAuditRecords(db: StoreDb, caseId: CaseId, kind?: AuditKind): Promise<readonly AuditRecord[]> {
  const rows = await db
    .selectFrom('audit_records')
    .selectAll()
    .where('case_id', '=', caseId)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'case-opened'))
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor,
    kind: row.kind,
    subject: row.subject,
    data: row.data,
    ...(row.case_id === null ? {} : { caseId: row.case_id }),
  }));
}
