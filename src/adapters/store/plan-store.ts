import type { CaseId, Digest, Instant } from '../../model/ids.ts';
import type { Plan } from '../../model/plan.ts';
import type { StoreDb } from './database.ts';
import { exactJsonText } from './json-text.ts';
import type { PlanStanding } from './tables/case-tables.ts';

/** A plan with what has become of it. */
export interface PresentedPlan {
  readonly plan: Plan;
  readonly standing: PlanStanding;
  readonly presentedAt: Instant;
  readonly expiresAt: Instant | null;
}

/**
 * Keeps a plan as it is presented and marks the case's earlier presented plan as superseded, in one transaction.
 * A plan that is known already is left as it is: it is frozen.
 */
export async function presentPlan(
  db: StoreDb,
  plan: Plan,
  times: { readonly presentedAt: Instant; readonly expiresAt: Instant | null },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('plans')
      .set({ standing: 'superseded' })
      .where('case_id', '=', plan.caseId)
      .where('standing', '=', 'presented')
      .where('digest', '!=', plan.digest)
      .execute();
    await transaction
      .insertInto('plans')
      .values({
        digest: plan.digest,
        case_id: plan.caseId,
        version: plan.version,
        plan: exactJsonText(plan),
        standing: 'presented',
        presented_at: times.presentedAt,
        expires_at: times.expiresAt,
      })
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
  });
}

/** Says what became of a plan; its content never changes. */
export async function setPlanStanding(db: StoreDb, digest: Digest, standing: PlanStanding): Promise<void> {
  await db.updateTable('plans').set({ standing }).where('digest', '=', digest).execute();
}

/** The plan with a digest, or `null`. Whoever acts on it makes the digest again. */
export async function loadPlan(db: StoreDb, digest: Digest): Promise<Plan | null> {
  const row = await db.selectFrom('plans').select('plan').where('digest', '=', digest).executeTakeFirst();
  return row?.plan ?? null;
}

/** The plan that a case presented last, or `null`. */
export async function loadLatestPlan(db: StoreDb, caseId: CaseId): Promise<PresentedPlan | null> {
  const row = await db
    .selectFrom('plans')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { plan: row.plan, standing: row.standing, presentedAt: row.presented_at, expiresAt: row.expires_at };
}
