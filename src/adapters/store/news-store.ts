import { sql } from 'kysely';
import type { AlertId, Instant } from '../../model/ids.ts';
import type { KnownMatch, NewsAlert, ReadingProgress } from '../../views/news.ts';
import type { StoreDb } from './database.ts';

/** How far reading has come, over the account-regions that are watched; imports have no history to catch up with. */
export async function readingProgress(db: StoreDb): Promise<ReadingProgress> {
  const { rows } = await sql<{ sources: string; caught_up: string; events: string; alerts: string }>`
    select count(*) as sources,
           count(*) filter (where exists (
             select from windows w
             where w.source_id = s.id and w.state = 'covered' and w.from_at <= s.watched_from + interval '2 seconds'
           )) as caught_up,
           (select count(*) from events where published_seq is not null) as events,
           (select count(*) from alerts) as alerts
    from log_sources s join accounts a on a.id = s.account_id and a.lifecycle = 'watched'
    where s.active and s.kind = 'lookup'`.execute(db);
  const [row] = rows;
  return {
    sources: Number(row?.sources ?? 0),
    caughtUp: Number(row?.caught_up ?? 0),
    events: Number(row?.events ?? 0),
    alerts: Number(row?.alerts ?? 0),
  };
}

/** Alerts recorded at or after an instant but for those that were told, in that order; 200 at a time. */
export async function alertsSince(
  db: StoreDb,
  since: Instant,
  told: ReadonlySet<AlertId>,
): Promise<readonly NewsAlert[]> {
  const rows = await db
    .selectFrom('alerts')
    .leftJoin('events', (join) =>
      join
        .onRef('events.account_id', '=', 'alerts.anchor_account_id')
        .onRef('events.event_id', '=', 'alerts.anchor_event_id')
        .onRef('events.revision', '=', 'alerts.anchor_revision'),
    )
    .select([
      'alerts.id',
      'alerts.rule_id',
      'alerts.rule_name',
      'alerts.severity',
      'alerts.risk_score',
      'alerts.group_values',
      'alerts.event_time',
      'alerts.case_id',
      'alerts.status_kind',
      'events.ecs',
    ])
    .where('alerts.at', '>=', since)
    .where(sql<boolean>`alerts.id <> all(${[...told]}::text[])`)
    .orderBy('alerts.at')
    .orderBy('alerts.id')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    severity: row.severity,
    riskScore: row.risk_score,
    groupValues: row.group_values,
    eventTime: row.event_time,
    caseId: row.case_id,
    isLive: row.status_kind === 'live',
    ecs: row.ecs,
  }));
}

/** Groups of stateful rules that matched since an instant without an alert, and had matched at least a day before as well. */
export async function knownMatchesSince(db: StoreDb, since: Instant): Promise<readonly KnownMatch[]> {
  const { rows } = await sql<{
    rule_id: string;
    group_values: readonly string[];
    first_seen: Instant;
    last_seen: Instant;
  }>`
    select c.rule_id, c.group_values::text::jsonb as group_values, min(c.event_time) as first_seen, max(c.event_time) as last_seen
    from (
      select distinct rule_id, meaning, group_key from rule_candidates where event_time >= ${since}
    ) recent
    join rule_candidates c using (rule_id, meaning, group_key)
    where not exists (
      select from alerts a where a.rule_id = c.rule_id and a.group_key = c.group_key and a.event_time >= ${since}
    )
    group by c.rule_id, c.group_key, c.group_values::text
    having min(c.event_time) < max(c.event_time) - interval '1 day'
    order by last_seen limit 50`.execute(db);
  return rows.map((row) => ({
    ruleId: row.rule_id,
    groupValues: row.group_values,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
  }));
}
