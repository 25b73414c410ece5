import { type Kysely, sql } from 'kysely';
import type { CaseAlert, CaseFilter, CaseRecord } from '../../../investigation/case/case-ports.ts';
import type { CaseStatus } from '../../../model/case-state.ts';
import type { AccountId, CaseId, Instant } from '../../../model/ids.ts';
import type { Severity } from '../../../model/severity.ts';
import { currentInstant } from '../../../model/instant.ts';
import { endedKinds } from '../detection/alert-store.ts';
import { growCase } from './case-growth.ts';
import type { Database, StoreDb } from '../database.ts';

/** No case has this ID; `in ()` is no SQL. */
const noCase = '' as CaseId;

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
  if (filter.severity !== undefined) query = query.where('cases.severity', '=', filter.severity);
  if (filter.verdict !== undefined) query = query.where('cases.verdict', '=', filter.verdict);
  if (filter.among !== undefined)
    query = query.where('cases.id', 'in', filter.among.length === 0 ? [noCase] : filter.among);
  const { actor, rule } = filter;
  if (actor !== undefined) {
    const pattern = containing(actor);
    query = query.where((where) =>
      where.or([
        where('cases.actor_key', 'ilike', pattern),
        where(where.cast('cases.actor', 'text'), 'ilike', pattern),
      ]),
    );
  }
  if (rule !== undefined) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('alerts')
          .select('alerts.id')
          .whereRef('alerts.case_id', '=', 'cases.id')
          .where((either) =>
            either.or([either('alerts.rule_id', '=', rule), either('alerts.rule_name', 'ilike', containing(rule))]),
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

/** What the rows of cases say of how they stand; those without a row are left out. */
export async function standingOfCases(
  db: StoreDb,
  ids: readonly CaseId[],
): Promise<ReadonlyMap<CaseId, { readonly status: CaseStatus; readonly closedAt: Instant | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('cases')
    .select(['id', 'status', 'closed_at'])
    .where(sql<boolean>`id = any(${ids})`)
    .execute();
  return new Map(rows.map(({ id, status, closed_at: closedAt }) => [id, { status, closedAt }]));
}

/** The cases that were merged into one, and into those, oldest first. */
export async function casesMergedInto(db: StoreDb, caseId: CaseId): Promise<readonly CaseId[]> {
  // `union` leaves out what is there already: whoever writes into the store can write a circle.
  const { rows } = await sql<{ readonly id: CaseId }>`
    with recursive merged as (
      select id, opened_at from cases where merged_into = ${caseId}
      union
      select cases.id, cases.opened_at from cases join merged on cases.merged_into = merged.id
    )
    select id from merged where id <> ${caseId} order by opened_at, id`.execute(db);
  return rows.map(({ id }) => id);
}

/** The alerts that belong to a case, by event time; those that were superseded or excepted are left out. */
export async function loadCaseAlerts(db: StoreDb, caseId: CaseId): Promise<readonly CaseAlert[]> {
  const rows = await db
    .selectFrom('alerts')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('status_kind', 'not in', endedKinds)
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

/**
 * Mirrors the workflow's status; closing is a transaction of its own, so a closed case stays closed. When a response has ended, the
 * case can be found to be another's.
 *
 * @returns the case that goes on where this one was merged into it, and nothing is mirrored.
 */
export async function setCaseStatus(
  db: Kysely<Database>,
  caseId: CaseId,
  mirror: { readonly status: Exclude<CaseStatus, 'closed'>; readonly severity: Severity },
): Promise<CaseId | null> {
  if (await mirrorStatus(db, caseId, mirror)) return null;
  return db.transaction().execute(async (transaction) => {
    const before = await transaction
      .selectFrom('cases')
      .select(['status', 'closed_at', 'merged_into'])
      .where('id', '=', caseId)
      .forUpdate()
      .executeTakeFirst();
    if (before === undefined || before.closed_at !== null) return before?.merged_into ?? null;
    await transaction.updateTable('cases').set(mirror).where('id', '=', caseId).execute();
    if (before.status !== 'responding' || mirror.status === 'responding') return null;
    const goesOn = await growCase(transaction, caseId, currentInstant());
    return goesOn === caseId ? null : goesOn;
  });
}

/** @returns false where nothing was mirrored: the case has ended, or its response has, and then it may be another's. */
async function mirrorStatus(
  db: StoreDb,
  caseId: CaseId,
  mirror: { readonly status: CaseStatus; readonly severity: Severity },
): Promise<boolean> {
  const mirrored = await db
    .updateTable('cases')
    .set(mirror)
    .where('id', '=', caseId)
    .where('closed_at', 'is', null)
    .$if(mirror.status !== 'responding', (query) => query.where('status', '!=', 'responding'))
    .executeTakeFirst();
  return mirrored.numUpdatedRows === 1n;
}

/** A pattern for `ilike`; what are wildcards there stand for themselves. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
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
        .where('alerts.status_kind', 'not in', endedKinds)
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
    mergedInto: row.merged_into,
    assignedTo: row.assigned_to,
    alertCount: Number(row.alert_count ?? 0n),
  };
}
