import { type Selectable, sql } from 'kysely';
import type { AlertChange, AnchorQuestion, NewAlert, StoredAlert } from '../../../detection/live/live-ports.ts';
import type { AlertId, Instant } from '../../../model/ids.ts';
import type { EventRef } from '../../../model/trail-event.ts';
import { instantOfMs } from '../../../model/instant.ts';
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

/** The alerts of groups that are anchored at events, in whatever revision, or at corrections of them; in the order of the questions. */
export async function alertsAnchoredAt(
  db: StoreDb,
  questions: readonly AnchorQuestion[],
): Promise<readonly (readonly StoredAlert[])[]> {
  const asked = questions.flatMap(({ eventIds, ...of }, place) =>
    eventIds.map((eventId) => ({ ...of, eventId, place })),
  );
  const answers = questions.map((): StoredAlert[] => []);
  for (let start = 0; start < asked.length; start += askedAtOnce) {
    const part = asked.slice(start, start + askedAtOnce);
    const { rows } = await sql<Selectable<AlertsTable> & { readonly place: number }>`
      select distinct on (asked.place, found.id) asked.place, found.*
      from unnest(
        ${part.map(({ place }) => place)}::int[], ${part.map(({ ruleId }) => ruleId)}::text[],
        ${part.map(({ groupKey }) => groupKey)}::text[], ${part.map(({ eventId }) => eventId)}::text[]
      ) as asked (place, rule_id, group_key, event_id)
      cross join lateral (
        select * from alerts a
        where a.rule_id = asked.rule_id and a.group_key = asked.group_key and a.anchor_event_id = asked.event_id
        union all
        select * from alerts a
        where a.rule_id = asked.rule_id and a.group_key = asked.group_key and a.anchor_corrects = asked.event_id
      ) as found
    `.execute(db);
    for (const row of rows) answers[row.place]?.push(storedAlertOf(row));
  }
  return answers.map((found) => [...new Map(found.map((alert) => [alert.id, alert])).values()]);
}

/** Of many corrections in many groups, each is asked about in each group. */
const askedAtOnce = 20_000;

/** Nineteen columns a row: PostgreSQL takes 65,535 parameters a statement. */
const alertsAtOnce = 1000;

/** Writes alerts down; one with the same key is there already and stays as it is. */
export async function insertAlerts(db: StoreDb, alerts: readonly NewAlert[], at: Instant): Promise<void> {
  for (let start = 0; start < alerts.length; start += alertsAtOnce) {
    const part = alerts.slice(start, start + alertsAtOnce);
    const rows = await db
      .insertInto('alerts')
      .values(part.map((alert) => alertRow(alert, at)))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    const inserted = new Set(rows.map(({ id }) => id));
    await writeAlertEvents(
      db,
      distinctById(part).filter(({ id }) => inserted.has(id)),
    );
  }
}

/** Of the same alert twice, the first stays. */
function distinctById(alerts: readonly NewAlert[]): readonly NewAlert[] {
  return [...new Map(alerts.toReversed().map((alert) => [alert.id, alert])).values()].toReversed();
}

function alertRow(alert: NewAlert, at: Instant) {
  return {
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
    event_time: instantOfMs(alert.eventTimeMs),
    at,
  };
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
  await writeAlertEvents(db, [change]);
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

async function writeAlertEvents(
  db: StoreDb,
  alerts: readonly { readonly id: AlertId; readonly eventRefs: readonly EventRef[] }[],
): Promise<void> {
  const rows = alerts.flatMap(({ id, eventRefs }) =>
    eventRefs.map((ref, position) => ({
      alert_id: id,
      account_id: ref.accountId,
      event_id: ref.eventId,
      revision: ref.revision,
      position,
    })),
  );
  // Five parameters a row: PostgreSQL takes 65,535 a statement.
  for (let start = 0; start < rows.length; start += 5000) {
    await db
      .insertInto('alert_events')
      .values(rows.slice(start, start + 5000))
      .execute();
  }
}
