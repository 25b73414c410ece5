import { sql } from 'kysely';
import type { PruneLimits } from '../../../collection/upkeep-ports.ts';
import type { StoreDb } from '../database.ts';
import { type Deleted, deletedRows, type Deletion, rowsAtOnce } from './deletion.ts';

/**
 * Deletes alerts that no case has or will have when their events go: those that an exception prevented, that were learnt from, or that
 * another replaced. How many an exception prevented stays known as long as it still prevents any.
 */
export function alertDeletions(db: StoreDb, { eventsBefore }: PruneLimits): readonly Deletion[] {
  return [() => deleteAlertsOfNoCase(db, eventsBefore), () => deleteHeldBackCounts(db, eventsBefore)];
}

async function deleteAlertsOfNoCase(db: StoreDb, before: string): Promise<Deleted> {
  const { rows } = await sql<{ readonly count: number }>`
    with gone as (
      select id, rule_id, status_kind, status ->> 'exceptionId' as exception_id from alerts
      where case_id is null and status_kind <> 'live'
        and event_time < ${before} and greatest(at, amended_at) < ${before}
      limit ${sql.lit(rowsAtOnce)}
    ), counted as (
      update held_back_counts counts set alerts_gone = counts.alerts_gone + excepted.alerts
      from (
        select exception_id, rule_id, count(*) as alerts from gone where status_kind = 'excepted' group by 1, 2
      ) excepted
      where counts.exception_id = excepted.exception_id and counts.rule_id = excepted.rule_id
    ), deleted as (
      delete from alert_events using gone where alert_events.alert_id = gone.id
    ), deleted_alerts as (
      delete from alerts using gone where alerts.id = gone.id
    )
    select count(*)::integer as count from gone
  `.execute(db);
  return deletedRows(rows[0]?.count);
}

/** Of an exception that holds nothing back any more. */
async function deleteHeldBackCounts(db: StoreDb, before: string): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from held_back_counts counts
    where counts.last_event_time < ${before} and not exists (
      select from alerts
      where alerts.status_kind = 'excepted' and alerts.rule_id = counts.rule_id
        and alerts.status ->> 'exceptionId' = counts.exception_id
    )
  `.execute(db);
  return { count: Number(numAffectedRows ?? 0n), done: true };
}
