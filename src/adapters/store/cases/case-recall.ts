import { sql } from 'kysely';
import { entriesOfKind } from '../../../audit/audit-record.ts';
import type { CaseTrouble } from '../../../collection/upkeep-ports.ts';
import type { CaseRecall } from '../../../investigation/case/case-ports.ts';
import type { Watch } from '../../../messages/investigate-messages.ts';
import type { SignedDecision } from '../../../model/decision.ts';
import type { CaseId, Digest, Instant } from '../../../model/ids.ts';
import { minuteMs } from '../../../model/duration.ts';
import { loadAuditRecords } from '../audit/audit-store.ts';
import type { StoreDb } from '../database.ts';
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
  const records = await loadAuditRecords(db, caseId);
  const needs = records.flatMap((record) => [
    ...entriesOfKind([record], 'needs-a-person').map(({ data }) => data.why),
    ...entriesOfKind([record], 'case-reopened').flatMap(({ data }) => data.need ?? []),
  ]);
  const latestPlan = await loadLatestPlan(db, caseId);
  return {
    ...row,
    planVersion: versions?.last ?? 0,
    latestPlan,
    lastNeed: needs.at(-1) ?? null,
    ...(latestPlan === null
      ? { respondingSince: null, responded: false, watch: null }
      : await responseOf(db, caseId, latestPlan.digest)),
    accepted: await acceptedDecisions(db, caseId),
  };
}

async function acceptedDecisions(db: StoreDb, caseId: CaseId): Promise<readonly SignedDecision[]> {
  const rows = await db
    .selectFrom('decisions')
    .select('jws')
    .where('case_id', '=', caseId)
    .where('outcome', '=', 'accepted')
    .orderBy('at')
    .execute();
  return rows.flatMap(({ jws }) => (jws === null ? [] : [{ jws }]));
}

/** What the audit records say of the response to a plan, and of the watch after it. */
async function responseOf(
  db: StoreDb,
  caseId: CaseId,
  plan: Digest,
): Promise<Pick<CaseRecall, 'respondingSince' | 'responded' | 'watch'>> {
  const records = (await loadAuditRecords(db, caseId)).filter(({ subject }) => subject === plan);
  const started = entriesOfKind(records, 'response-started').at(-1);
  const ended = entriesOfKind(records, 'response-ended').at(-1);
  const watched = entriesOfKind(records, 'watch-started').at(-1);
  const respondingSince = started !== undefined && ended === undefined ? started.at : null;
  const responded = started !== undefined;
  const verdict = ended?.data.ended;
  // Where the records do not say, the case looks anew, and does not close unwatched.
  if (started === undefined || ended === undefined || watched === undefined)
    return { respondingSince, responded, watch: null };
  if (verdict !== 'contained' && verdict !== 'partly-contained') return { respondingSince, responded, watch: null };
  const watch: Watch = {
    planDigest: plan,
    respondedFrom: started.at,
    verifiedAt: watched.at,
    until: watched.data.until as Instant,
  };
  return { respondingSince, responded, watch };
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

/** Cases that closed as contained, or by a person as dealt with, after an instant, in any order; the next time others, where there are more. */
export async function closedAsContained(
  db: StoreDb,
  { after, limit }: { readonly after: Instant; readonly limit: number },
): Promise<readonly { readonly caseId: CaseId; readonly closedAt: Instant }[]> {
  const rows = await db
    .selectFrom('cases')
    .select(['id', 'closed_at'])
    .where('verdict', 'in', ['contained', 'true-positive'])
    .where('merged_into', 'is', null)
    .where('closed_at', '>', after)
    .orderBy(sql`random()`)
    .limit(limit)
    .execute();
  return rows.flatMap(({ id, closed_at: closedAt }) => (closedAt === null ? [] : [{ caseId: id, closedAt }]));
}

/**
 * What operators must know of open cases: those that were taken up again lately, those that make no progress, and those that had closed
 * as contained and were not contained any more.
 */
export async function caseTroubles(
  db: StoreDb,
  now: Instant,
  stuckAfterMs = 10 * minuteMs,
): Promise<
  readonly {
    readonly kind: CaseTrouble['kind'];
    readonly caseId: CaseId;
    readonly since: Instant;
    readonly how: string | null;
  }[]
> {
  const stuck = sql`make_interval(secs => ${stuckAfterMs / 1000}::double precision)`;
  const { rows } = await sql<{
    kind: CaseTrouble['kind'];
    case_id: CaseId;
    since: Instant;
    how: string | null;
  }>`
    (select distinct on (r.case_id) 'case-taken-up' as kind, r.case_id, r.at as since, r.canonical::json -> 'data' ->> 'how' as how
    from audit_records r join cases c on c.id = r.case_id
    where r.kind = 'case-taken-up' and c.closed_at is null and r.at > ${now}::timestamptz - interval '1 day'
      and r.canonical::json -> 'data' ->> 'how' is distinct from 'reopened'
    order by r.case_id, r.position desc)
    union all
    (select distinct on (r.case_id) 'case-reopened', r.case_id, r.at, r.canonical::json -> 'data' ->> 'found'
    from audit_records r join cases c on c.id = r.case_id
    where r.kind = 'case-reopened' and c.closed_at is null and r.canonical::json -> 'data' ->> 'found' is not null
    order by r.case_id, r.position desc)
    union all
    select 'case-stuck', c.id, coalesce(last.at, c.opened_at), null
    from cases c
    left join looks l on l.case_id = c.id
    left join lateral (
      select greatest(max(at), l.moved_at) as at from audit_records where case_id = c.id
    ) last on true
    where c.closed_at is null and coalesce(last.at, c.opened_at) < ${now}::timestamptz - ${stuck}
      and (c.status = 'gathering' or not l.ended or exists (
        select from alerts a
        where a.case_id = c.id and a.claimed_at is null and a.assigned_at < ${now}::timestamptz - ${stuck}
      ))
    order by 1, 2`.execute(db);
  return rows.map(({ case_id: caseId, ...rest }) => ({ ...rest, caseId }));
}
