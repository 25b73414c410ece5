import { type Selectable, sql } from 'kysely';
import type { AlertChange, NewAlert, StoredAlert } from '../../../detection/live/live-ports.ts';
import type { AlertId, Instant } from '../../../model/ids.ts';
import type { EventRef } from '../../../model/trail-event.ts';
import type { StoreDb } from '../database.ts';
import { exactJsonText, jsonText } from '../json-text.ts';
import type { AlertsTable } from '../tables/detection-tables.ts';

/** An alert's row as live detection takes it. */
export function storedAlertOf(row: Selectable<AlertsTable>): StoredAlert {
  return {
    id: row.id,
    groupKey: row.group_key,
    anchor: { accountId: row.anchor_account_id, eventId: row.anchor_event_id, revision: row.anchor_revision },
    ...(row.anchor_corrects === null ? {} : { corrects: row.anchor_corrects }),
    eventTimeMs: Date.parse(row.event_time),
    eventRefs: row.event_refs,
    detail: row.detail,
    status: row.status,
    caseId: row.case_id,
  };
}

/** Writes an alert down; one with the same key is there already and stays as it is. */
export async function insertAlert(db: StoreDb, alert: NewAlert, at: Instant): Promise<void> {
  const inserted = await db
    .insertInto('alerts')
    .values({
      id: alert.id,
      rule_id: alert.rule.id,
      rule_digest: alert.rule.contentDigest,
      rule_name: alert.rule.name,
      severity: alert.rule.severity,
      risk_score: alert.rule.riskScore,
      group_values: exactJsonText(alert.group),
      group_key: alert.groupKey,
      anchor_account_id: alert.anchor.accountId,
      anchor_event_id: alert.anchor.eventId,
      anchor_revision: alert.anchor.revision,
      anchor_corrects: alert.corrects ?? null,
      event_refs: jsonText(alert.eventRefs),
      detail: jsonText(alert.detail),
      status: jsonText(alert.status),
      status_kind: alert.status.kind,
      late: alert.late,
      event_time: new Date(alert.eventTimeMs).toISOString() as Instant,
      at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) await writeAlertEvents(db, alert.id, alert.eventRefs);
}

/** What an alert ends by: it is none of its case's any more. */
export const endedKinds = ['superseded', 'excepted'] as const;

/** Amends an alert, or says what superseded it; its key, its case and its first time stay. */
export async function changeAlert(db: StoreDb, change: AlertChange, at: Instant): Promise<void> {
  if (endedKinds.some((kind) => kind === change.status.kind)) await letCaseKnow(db, change.id);
  await db
    .updateTable('alerts')
    .set({
      event_refs: jsonText(change.eventRefs),
      detail: jsonText(change.detail),
      status: jsonText(change.status),
      status_kind: change.status.kind,
      late: sql<boolean>`late or ${change.late}`,
      revision: sql<number>`revision + 1`,
      amended_at: at,
    })
    .where('id', '=', change.id)
    .execute();
  await db.deleteFrom('alert_events').where('alert_id', '=', change.id).execute();
  await writeAlertEvents(db, change.id, change.eventRefs);
}

/** The case claims the alert anew, and finds that it has one less: it may be the last. */
async function letCaseKnow(db: StoreDb, alertId: AlertId): Promise<void> {
  await db
    .updateTable('alerts')
    .set({ claimed_at: null })
    .where('id', '=', alertId)
    .where('case_id', 'is not', null)
    .where('status_kind', 'not in', endedKinds)
    .execute();
}

async function writeAlertEvents(db: StoreDb, alertId: AlertId, refs: readonly EventRef[]): Promise<void> {
  // Five parameters a row: PostgreSQL takes 65,535 a statement.
  for (let start = 0; start < refs.length; start += 5000) {
    const rows = refs.slice(start, start + 5000).map((ref, index) => ({
      alert_id: alertId,
      account_id: ref.accountId,
      event_id: ref.eventId,
      revision: ref.revision,
      position: start + index,
    }));
    await db.insertInto('alert_events').values(rows).execute();
  }
}
