import type { AlertDetail } from '../../detection/rule-type.ts';
import type { Actor } from '../../model/actor.ts';
import type { CaseStatus, Verdict } from '../../model/case-state.ts';
import type { AccountId, AlertId, CaseId, Digest, Instant } from '../../model/ids.ts';
import type { Severity } from '../../model/severity.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { StoreDb } from './database.ts';

/** A case as the store knows it: whom it is about, and a mirror of the workflow's status. */
export interface CaseRecord {
  readonly id: CaseId;
  readonly actorKey: string;
  readonly actor: Actor;
  readonly accountId: AccountId;
  readonly status: CaseStatus;
  readonly severity: Severity;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly verdict: Verdict | null;
  readonly alertCount: number;
}

/** An alert as a case shows it. */
export interface CaseAlert {
  readonly id: AlertId;
  readonly ruleId: string;
  readonly ruleDigest: Digest;
  readonly ruleName: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly eventRefs: readonly EventRef[];
  readonly detail: AlertDetail;
  readonly eventTime: Instant;
  readonly at: Instant;
  readonly claimedAt: Instant | null;
}

/** Which cases are wanted; all conditions must hold. */
export interface CaseFilter {
  readonly accountId?: string;
  /** Part of the actor's key or of what it is about; case does not count. */
  readonly actor?: string;
  readonly ruleId?: string;
  readonly status?: CaseStatus;
  readonly openedFrom?: Instant;
  readonly openedTo?: Instant;
  readonly limit?: number;
}

/** Cases, the latest opened first. */
export async function listCases(db: StoreDb, filter: CaseFilter = {}): Promise<readonly CaseRecord[]> {
  let query = casesQuery(db)
    .orderBy('cases.opened_at', 'desc')
    .orderBy('cases.id')
    .limit(filter.limit ?? 200);
  if (filter.accountId !== undefined) query = query.where('cases.account_id', '=', filter.accountId as AccountId);
  if (filter.status !== undefined) query = query.where('cases.status', '=', filter.status);
  if (filter.openedFrom !== undefined) query = query.where('cases.opened_at', '>=', filter.openedFrom);
  if (filter.openedTo !== undefined) query = query.where('cases.opened_at', '<=', filter.openedTo);
  const { actor, ruleId } = filter;
  if (actor !== undefined) {
    const pattern = `%${actor.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((where) =>
      where.or([
        where('cases.actor_key', 'ilike', pattern),
        where(where.cast('cases.actor', 'text'), 'ilike', pattern),
      ]),
    );
  }
  if (ruleId !== undefined) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('alerts')
          .select('alerts.id')
          .whereRef('alerts.case_id', '=', 'cases.id')
          .where((rule) =>
            rule.or([rule('alerts.rule_id', '=', ruleId), rule('alerts.rule_name', 'ilike', `%${ruleId}%`)]),
          ),
      ),
    );
  }
  return (await query.execute()).map(caseOf);
}

/** One case, or `null`. */
export async function loadCase(db: StoreDb, caseId: CaseId): Promise<CaseRecord | null> {
  const row = await casesQuery(db).where('cases.id', '=', caseId).executeTakeFirst();
  return row === undefined ? null : caseOf(row);
}

/** The alerts that belong to a case, by event time; superseded ones are left out. */
export async function loadCaseAlerts(db: StoreDb, caseId: CaseId): Promise<readonly CaseAlert[]> {
  const rows = await db
    .selectFrom('alerts')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('status_kind', '!=', 'superseded')
    .orderBy('event_time')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    ruleId: row.rule_id,
    ruleDigest: row.rule_digest,
    ruleName: row.rule_name,
    severity: row.severity,
    riskScore: row.risk_score,
    eventRefs: row.event_refs,
    detail: row.detail,
    eventTime: row.event_time,
    at: row.at,
    claimedAt: row.claimed_at,
  }));
}

/** Mirrors the workflow's status; closing is a transaction of its own, so a closed case stays closed. */
export async function setCaseStatus(
  db: StoreDb,
  caseId: CaseId,
  mirror: { readonly status: Exclude<CaseStatus, 'closed'>; readonly severity: Severity },
): Promise<void> {
  await db.updateTable('cases').set(mirror).where('id', '=', caseId).where('closed_at', 'is', null).execute();
}

function casesQuery(db: StoreDb) {
  return db
    .selectFrom('cases')
    .selectAll('cases')
    .select((select) =>
      select
        .selectFrom('alerts')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .whereRef('alerts.case_id', '=', 'cases.id')
        .where('alerts.status_kind', '!=', 'superseded')
        .as('alert_count'),
    );
}

type CaseRow = Awaited<ReturnType<ReturnType<typeof casesQuery>['execute']>>[number];

function caseOf(row: CaseRow): CaseRecord {
  return {
    id: row.id,
    actorKey: row.actor_key,
    actor: row.actor,
    accountId: row.account_id,
    status: row.status,
    severity: row.severity,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    verdict: row.verdict,
    alertCount: Number(row.alert_count ?? 0n),
  };
}
