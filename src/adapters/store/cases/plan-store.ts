import { type RawBuilder, sql } from 'kysely';
import type { PlanStanding, PresentedPlan } from '../../../investigation/case/case-ports.ts';
import type { CaseId, Digest, Instant } from '../../../model/ids.ts';
import type { Plan } from '../../../model/plan.ts';
import { intactPlan, openPlan, PlanAlteredError, type OpenedPlan } from '../../../response/open-plan.ts';
import type { StoreDb } from '../database.ts';
import { exactJsonText } from '../json-text.ts';

/**
 * Keeps a plan that is not presented yet; a case's version is kept once. A draft that is not this very plan is somebody else's, for the
 * same evidence makes the same plan at every attempt: it goes.
 *
 * @param seenUpTo where in the sequence of publishing the case was looked at for it: what is published later came since.
 * @throws PlanAlteredError where another plan of that version was presented already.
 */
export async function draftPlan(db: StoreDb, plan: Plan, at: Instant, seenUpTo?: bigint): Promise<Plan> {
  const kept =
    (await insertDraft(db, plan, at, seenUpTo)) ??
    ((await dropOtherDraft(db, plan)) ? await insertDraft(db, plan, at, seenUpTo) : undefined) ??
    (await sameVersion(db, plan).select(['plan', 'digest']).executeTakeFirstOrThrow());
  const intact = intactPlan(kept.plan, kept.digest);
  if (intact.digest !== plan.digest) throw new PlanAlteredError(plan.digest);
  return intact;
}

/** @returns nothing where a plan of that version is there. */
function insertDraft(db: StoreDb, plan: Plan, at: Instant, seenUpTo: bigint | undefined) {
  return db
    .insertInto('plans')
    .values({
      digest: plan.digest,
      case_id: plan.caseId,
      version: plan.version,
      plan: exactJsonText(plan),
      standing: 'draft',
      undoes: undoneBy(plan),
      presented_at: at,
      expires_at: null,
      seen_seq: seenUpTo ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['plan', 'digest'])
    .executeTakeFirst();
}

/** @returns whether there was one. */
async function dropOtherDraft(db: StoreDb, { caseId, version, digest, ...plan }: Plan): Promise<boolean> {
  const dropped = await db
    .deleteFrom('plans')
    .where('case_id', '=', caseId)
    .where('version', '=', version)
    .where('undoes', 'is not distinct from', undoneBy(plan))
    .where('standing', '=', 'draft')
    .where('digest', '!=', digest)
    .executeTakeFirst();
  return dropped.numDeletedRows > 0n;
}

function sameVersion(db: StoreDb, plan: Plan) {
  return db
    .selectFrom('plans')
    .where('case_id', '=', plan.caseId)
    .where('version', '=', plan.version)
    .where('undoes', 'is not distinct from', undoneBy(plan));
}

/** The plan that a plan takes back, or null. */
function undoneBy({ purpose }: Pick<Plan, 'purpose'>): Digest | null {
  return typeof purpose === 'object' ? purpose.undo : null;
}

/** How many plans of a case undo something: they are counted by themselves. */
export async function countUndoPlans(db: StoreDb, caseId: CaseId): Promise<number> {
  const { count } = await db
    .selectFrom('plans')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('case_id', '=', caseId)
    .where('undoes', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Makes a draft the case's presented plan, and marks what was presented before it as superseded, in one statement: the plan before it,
 * and plans to undo a response, of the case or of one that was merged into it.
 *
 * @returns the plans to undo that gave way to it, however often it is presented
 */
export async function presentPlan(
  db: StoreDb,
  caseId: CaseId,
  digest: Digest,
  { presentedAt, expiresAt }: { readonly presentedAt: Instant; readonly expiresAt: Instant | null },
): Promise<readonly { readonly caseId: CaseId; readonly plan: Digest }[]> {
  await sql`
    with recursive own (id) as (
      select ${caseId}::text union select cases.id from cases join own on cases.merged_into = own.id
    )
    update plans set
      standing = case when digest = ${digest} then 'presented' else 'superseded' end,
      superseded_by = case when digest = ${digest} then null else ${digest} end,
      presented_at = case when digest = ${digest} then ${presentedAt}::timestamptz else presented_at end,
      expires_at = case when digest = ${digest} then ${expiresAt}::timestamptz else expires_at end
    where digest = ${digest} and standing = 'draft'
      or standing = 'presented' and digest <> ${digest}
        and (case_id = ${caseId} or undoes is not null and case_id in (select id from own))
  `.execute(db);
  const undos = await db
    .selectFrom('plans')
    .select(['case_id', 'digest'])
    .where('superseded_by', '=', digest)
    .where('undoes', 'is not', null)
    .where('expires_at', 'is not', null)
    .execute();
  return undos.map(({ case_id, digest: plan }) => ({ caseId: case_id, plan }));
}

/** Whether another plan was presented in its place. */
export async function isSuperseded(db: StoreDb, digest: Digest): Promise<boolean> {
  const row = await db.selectFrom('plans').select('standing').where('digest', '=', digest).executeTakeFirst();
  return row?.standing === 'superseded';
}

/** Says what became of a plan; its content never changes. */
export async function setPlanStanding(db: StoreDb, digest: Digest, standing: PlanStanding): Promise<void> {
  await db.updateTable('plans').set({ standing }).where('digest', '=', digest).execute();
}

/** What is stored as the plan with a digest, or `null`. It proves nothing: whoever uses it opens it first. */
export async function loadPlan(db: StoreDb, digest: Digest): Promise<unknown> {
  const row = await db
    .selectFrom('plans')
    .select(contentOfSize(sql`0`))
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row === undefined ? null : (row.plan ?? notLoaded);
}

/** No plan of ours is nearly as large: of a larger one nothing is read, and it counts as altered. */
const maxPlanBytes = 8 * 1024 * 1024;
/** So much is read of a case's plans, the latest first, and so many of them. */
const maxPlansBytes = 8 * maxPlanBytes;
const maxPlans = 1_000;
const notLoaded = 'larger than any plan of ours';

/** The content of a plan, or null where that, or what was read before it, is larger than whoever reads has room for. */
function contentOfSize(before: RawBuilder<unknown>) {
  return sql`
    case when octet_length(plan::text) <= ${maxPlanBytes} and ${before} <= ${maxPlansBytes} then plan end
  `.as('plan');
}

/** Opens what is stored under a digest; a plan of another digest is as good as an altered one. */
export function openPlanNamed(stored: unknown, digest: Digest): OpenedPlan {
  const opened = openPlan(stored);
  return opened.kind === 'intact' && opened.plan.digest !== digest ? { kind: 'altered' } : opened;
}

/** The plan of its own that a case presented last, or `null`. */
export async function loadLatestPlan(db: StoreDb, caseId: CaseId): Promise<PresentedPlan | null> {
  const plans = await loadPlans(db, caseId);
  return plans.find(({ undoes }) => undoes === null) ?? null;
}

/** Of some cases, the digest of the plan to undo that waits for a decision. */
export async function waitingUndos(db: StoreDb, caseIds: readonly CaseId[]): Promise<ReadonlyMap<CaseId, Digest>> {
  if (caseIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('plans')
    .select(['case_id', 'digest'])
    .where('case_id', 'in', [...caseIds])
    .where('undoes', 'is not', null)
    .where('standing', '=', 'presented')
    .where('expires_at', 'is not', null) // what can do nothing waits for nobody
    .execute();
  return new Map(rows.map(({ case_id: caseId, digest }) => [caseId, digest]));
}

/** All plans that a case has presented, those that undo others included, the latest first. */
export async function loadPlans(db: StoreDb, caseId: CaseId): Promise<readonly PresentedPlan[]> {
  const rows = await db
    .selectFrom('plans')
    .select(['digest', 'version', 'undoes', 'standing', 'presented_at', 'expires_at'])
    .select(contentOfSize(sql`sum(octet_length(plan::text)) over (order by presented_at desc, version desc)`))
    .where('case_id', '=', caseId)
    .where('standing', '!=', 'draft')
    .orderBy('presented_at', 'desc')
    .orderBy('version', 'desc')
    .limit(maxPlans)
    .execute();
  return rows.map((row) => ({
    digest: row.digest,
    version: row.version,
    undoes: row.undoes,
    opened: openPlanNamed(row.plan, row.digest),
    standing: row.standing,
    presentedAt: row.presented_at,
    expiresAt: row.expires_at,
  }));
}
