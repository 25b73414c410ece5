import { type RawBuilder, sql } from 'kysely';
import type { PruneLimits } from '../../../collection/upkeep-ports.ts';
import type { StoreDb } from '../database.ts';
import { type Deleted, deletedRows, type Deletion, rowsAtOnce } from './deletion.ts';

/**
 * Deletes what is known of work that is over: what was amiss with the collection and is not any more, what was imported (audit records
 * tell it too), what AWS answered a look at a case that closed meanwhile; and, with the events of its time, what could not be read.
 */
export function workDeletions(db: StoreDb, { eventsBefore, callsBefore }: PruneLimits): readonly Deletion[] {
  return [
    () => deleteWhere(db, 'operational_alerts', sql`ended_at < ${callsBefore}`),
    // One that never ended would go on, if it were repeated, with records that have been deleted since.
    () => deleteWhere(db, 'imports', sql`ended_at < ${callsBefore} or ended_at is null and begun_at < ${eventsBefore}`),
    () => deleteWhere(db, 'lookup_pages', sql`case_id in (select id from cases where closed_at < ${callsBefore})`),
    () => deleteWhere(db, 'malformed_records', sql`seen_at < ${eventsBefore}`),
  ];
}

async function deleteWhere(
  db: StoreDb,
  table: 'operational_alerts' | 'imports' | 'lookup_pages' | 'malformed_records',
  isOver: RawBuilder<unknown>,
): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where ctid = any(array(
      select ctid from ${sql.table(table)} where ${isOver} limit ${sql.lit(rowsAtOnce)}
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}
