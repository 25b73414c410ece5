import { sql } from 'kysely';
import { entriesOfKind } from '../../audit/audit-record.ts';
import type { CaseRecall } from '../../investigation/case-ports.ts';
import type { SignedDecision } from '../../model/decision.ts';
import type { CaseId, Digest, Instant } from '../../model/ids.ts';
import { loadAuditRecords } from './audit-store.ts';
import type { StoreDb } from './database.ts';
import { loadLatestPlan } from './plan-store.ts';

/** What the store knows of a case whose workflow is gone; `null` for a case that it does not have. */
export async function recallCase(db: StoreDb, caseId: CaseId): Promise<CaseRecall | null> {
  const row = await db.selectFrom('cases').select(['status', 'verdict']).where('id', '=', caseId).executeTakeFirst();
  if (row === undefined) return null;
  const versions = await db
    .selectFrom('plans')
    .select((eb) => eb.fn.max('version').as('last'))
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  const needs = entriesOfKind(await loadAuditRecords(db, caseId, 'needs-a-person'), 'needs-a-person');
  const latestPlan = await loadLatestPlan(db, caseId);
  return {
    ...row,
    planVersion: versions?.last ?? 0,
    latestPlan,
    lastNeed: needs.at(-1)?.data.why ?? null,
    respondingSince: latestPlan === null ? null : await respondingSince(db, caseId, latestPlan.digest),
    accepted: await acceptedDecisions(db, caseId),
  };
}

async function acceptedDecisions(db: StoreDb, caseId: CaseId): Promise<readonly SignedDecision[]> {
  return await db
    .selectFrom('decisions')
    .select('jws')
    .where('case_id', '=', caseId)
    .where('outcome', '=', 'accepted')
    .orderBy('at')
    .execute();
}

async function respondingSince(db: StoreDb, caseId: CaseId, plan: Digest): Promise<Instant | null> {
  const { rows } = await sql<{ readonly kind: string; readonly at: Instant }>`
    select kind, at from audit_records
    where case_id = ${caseId} and subject = ${plan} and kind in ('response-started', 'response-ended')
    order by position desc limit 1`.execute(db);
  return rows[0]?.kind === 'response-started' ? rows[0].at : null;
}

/** Open cases whose workflow should run: not those that were opened a moment ago, whose doorbell is about to ring. */
export async function openCases(db: StoreDb, olderThanMs: number): Promise<readonly CaseId[]> {
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('closed_at', 'is', null)
    .where(sql<boolean>`opened_at < clock_timestamp() - make_interval(secs => ${olderThanMs / 1000}::double precision)`)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** What operators must know of open cases: those that were taken up again lately, and those that make no progress. */
export async function caseTroubles(
  db: StoreDb,
  now: Instant,
): Promise<
  readonly { readonly kind: 'case-taken-up' | 'case-stuck'; readonly caseId: CaseId; readonly since: Instant }[]
> {
  const { rows } = await sql<{ kind: 'case-taken-up' | 'case-stuck'; case_id: CaseId; since: Instant }>`
    select 'case-taken-up' as kind, r.case_id, max(r.at) as since
    from audit_records r join cases c on c.id = r.case_id
    where r.kind = 'case-taken-up' and c.closed_at is null and r.at > ${now}::timestamptz - interval '1 day'
    group by r.case_id
    union all
    select 'case-stuck', c.id, coalesce(last.at, c.opened_at)
    from cases c
    left join lateral (select max(at) as at from audit_records where case_id = c.id) last on true
    where c.closed_at is null and coalesce(last.at, c.opened_at) < ${now}::timestamptz - interval '10 minutes'
      and (c.status = 'gathering' or exists (
        select from alerts a
        where a.case_id = c.id and a.claimed_at is null and a.assigned_at < ${now}::timestamptz - interval '10 minutes'
      ))
    order by 1, 2`.execute(db);
  return rows.map(({ case_id: caseId, ...rest }) => ({ ...rest, caseId }));
}
