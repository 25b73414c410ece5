import { sql } from 'kysely';
import type { HeldBackTotal, PreventedAlert } from '../../../detection/live/held-back.ts';
import type { HeldBackCount } from '../../../detection/live/live-ports.ts';
import type { Instant } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';

/** Adds to the counts; within detection's transaction, so that each event counts once. */
export async function addHeldBack(db: StoreDb, counts: readonly HeldBackCount[]): Promise<void> {
  if (counts.length === 0) return;
  await db
    .insertInto('held_back_counts')
    .values(
      counts.map(({ exceptionId, ruleId, events, lastEventTime }) => ({
        exception_id: exceptionId,
        rule_id: ruleId,
        events: BigInt(events),
        last_event_time: lastEventTime,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['exception_id', 'rule_id']).doUpdateSet({
        events: sql<bigint>`held_back_counts.events + excluded.events`,
        last_event_time: sql<Instant>`greatest(held_back_counts.last_event_time, excluded.last_event_time)`,
      }),
    )
    .execute();
}

/** What each exception held back from each rule so far. */
export async function heldBackTotals(db: StoreDb): Promise<readonly HeldBackTotal[]> {
  const { rows } = await sql<HeldBackTotal>`
    with excepted as (
      select status ->> 'exceptionId' as exception_id, rule_id, count(*)::integer as alerts
      from alerts where status_kind = 'excepted' group by 1, 2
    )
    select counts.exception_id as "exceptionId", counts.rule_id as "ruleId", counts.events::double precision as events,
           (coalesce(excepted.alerts, 0) + counts.alerts_gone)::double precision as alerts, counts.last_event_time as "lastEventTime"
    from held_back_counts as counts left join excepted using (exception_id, rule_id)
    order by 1, 2
  `.execute(db);
  return rows;
}

/** The alerts that an exception prevented, the newest first. */
export async function preventedAlerts(
  db: StoreDb,
  exceptionId: string,
  limit: number,
): Promise<readonly PreventedAlert[]> {
  const rows = await db
    .selectFrom('alerts')
    .select(['rule_id', 'rule_name', 'group_values', 'event_time', 'event_refs'])
    .where('status_kind', '=', 'excepted')
    .where(sql`status ->> 'exceptionId'`, '=', exceptionId)
    .orderBy('event_time', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    group: row.group_values,
    eventTime: row.event_time,
    eventRefs: row.event_refs,
  }));
}
