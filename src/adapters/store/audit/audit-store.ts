import { type Selectable, sql } from 'kysely';
import type { AuditKind } from '../../../audit/audit-kinds.ts';
import type { AuditLog } from '../../../audit/audit-log.ts';
import {
  isIntact,
  readRecord,
  type SealedRecord,
  trailhoundItself,
  type WrittenRecord,
} from '../../../audit/audit-record.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import { instantOfMs } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';
import type { AuditRecordsTable } from '../tables/audit-tables.ts';
import { storableText } from '../json-text.ts';

/** A record of the table, and whether its bytes give its ID. */
export type StoredRecord = WrittenRecord & { readonly intact: boolean };

/** With its place in the order of commit. */
export type PlacedRecord = StoredRecord & { readonly position: bigint };

/** The audit log in the store; may be called within a transaction, so that a change and its record stand or fall together. */
export function storeAuditLog(db: StoreDb): AuditLog {
  return { append: (records) => appendAuditRecords(db, records) };
}

/**
 * Adds audit records in their order; those that are there already (same content, same ID) are not added again. Whoever adds holds a lock
 * until the commit: positions then have no gaps, and a reader that has seen one has seen all before it.
 */
export async function appendAuditRecords(db: StoreDb, records: readonly SealedRecord[]): Promise<void> {
  const each = [...new Map(records.map((record) => [record.id, record])).values()];
  if (each.length === 0) return;
  await sql`select append_audit_records(
    ${each.map(({ id }) => id)}::text[],
    ${each.map(({ entry }) => entry.at)}::timestamptz[],
    ${each.map(({ entry }) => storableText(entry.actor))}::text[],
    ${each.map(({ entry }) => entry.caseId ?? null)}::text[],
    ${each.map(({ entry }) => entry.kind)}::text[],
    ${each.map(({ entry }) => storableText(entry.subject))}::text[],
    ${each.map(({ canonical }) => canonical)}::text[]
  )`.execute(db);
}

/** A case's audit records, of one kind or all, in the order in which they were written. */
export async function loadAuditRecords(
  db: StoreDb,
  caseId: CaseId,
  kind?: AuditKind,
): Promise<readonly StoredRecord[]> {
  const rows = await db
    .selectFrom('audit_records')
    .select(['id', 'at', 'canonical'])
    .where('case_id', '=', caseId)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'case-opened'))
    .orderBy('position')
    .execute();
  return rows.map(recordOf);
}

/** The records of no case, the latest first. */
export async function installationRecords(
  db: StoreDb,
  { from, to, limit }: { readonly from?: Instant; readonly to?: Instant; readonly limit: number },
): Promise<readonly StoredRecord[]> {
  const rows = await db
    .selectFrom('audit_records')
    .select(['id', 'at', 'canonical'])
    .where('case_id', 'is', null)
    .$if(from !== undefined, (query) => query.where('at', '>=', from as Instant))
    .$if(to !== undefined, (query) => query.where('at', '<=', to as Instant))
    .orderBy('position', 'desc')
    .limit(limit)
    .execute();
  return rows.map(recordOf);
}

/** The latest audit record of a kind; null where there is none. */
export async function latestAuditRecord(db: StoreDb, kind: AuditKind): Promise<StoredRecord | null> {
  const row = await db
    .selectFrom('audit_records')
    .select(['id', 'at', 'canonical'])
    .where('kind', '=', kind)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : recordOf(row);
}

/** Audit records after a place, in order. */
export async function auditRecordsAfter(db: StoreDb, position: bigint): Promise<readonly PlacedRecord[]> {
  const rows = await db
    .selectFrom('audit_records')
    .select(['id', 'at', 'canonical', 'position'])
    .where('position', '>', position)
    .orderBy('position')
    .limit(200)
    .execute();
  return rows.map((row) => ({ ...recordOf(row), position: row.position }));
}

/** The place of the latest audit record; 0 where there is none. */
export async function latestAuditPosition(db: StoreDb): Promise<bigint> {
  const { rows } = await sql<{ readonly position: bigint }>`
    select coalesce(max(position), 0) as position from audit_records`.execute(db);
  return rows[0]?.position ?? 0n;
}

function recordOf({ id, at, canonical }: Pick<Selectable<AuditRecordsTable>, 'id' | 'at' | 'canonical'>): StoredRecord {
  const record = readRecord(id, canonical);
  // Whoever owns the store could have put anything: what is no record is told as one that was changed, whatever its ID was made of.
  if (record === null) return { id, at: readable(at), ...noRecord, subject: id, intact: false };
  return { ...record, intact: isIntact(id, canonical) };
}

const noRecord = { actor: trailhoundItself, kind: 'unreadable', data: 'the row holds no audit record' } as const;

function readable(at: Instant): Instant {
  const ms = Date.parse(at);
  return instantOfMs(Number.isNaN(ms) ? 0 : ms);
}
