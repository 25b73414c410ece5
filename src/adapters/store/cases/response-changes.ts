import { closureOf, reopeningOf } from '../../../investigation/action-beliefs.ts';
import type { Closure, Reopening } from '../../../investigation/case/case-material.ts';
import type { Action } from '../../../model/action.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import { moduleOf } from '../../../response/action-registry.ts';
import { believedEnds, type ResponderWitness, type StoredEnd } from '../../../response/believed-ends.ts';
import type { StoreDb } from '../database.ts';
import { casesMergedInto } from './case-store.ts';
import { openPlanNamed } from './plan-store.ts';

/** What closed ways in, and what opened them again. */
export interface CaseChanges {
  readonly closures: readonly Closure[];
  readonly reopenings: readonly Reopening[];
}

/** What responses of ours have closed, and what undoings have opened again, action by action: each as the responder saw it in AWS. */
export async function responseChanges(
  db: StoreDb,
  caseId: CaseId,
  responder: ResponderWitness | null,
  now: Instant,
): Promise<CaseChanges> {
  if (responder === null) return { closures: [], reopenings: [] };
  // What was responded to in a case that was merged into this one is done in AWS all the same; each case's own words prove it.
  const changes: CaseChanges[] = [];
  for (const id of [caseId, ...(await casesMergedInto(db, caseId))])
    changes.push(await changesInResponses(db, id, responder, now));
  return {
    closures: changes.flatMap(({ closures }) => closures),
    reopenings: changes.flatMap(({ reopenings }) => reopenings),
  };
}

async function changesInResponses(
  db: StoreDb,
  caseId: CaseId,
  responder: ResponderWitness,
  now: Instant,
): Promise<CaseChanges> {
  const stored = await storedEnds(db, caseId);
  const ends = await believedEnds(caseId, stored, responder);
  const closures: Closure[] = [];
  const reopenings: Reopening[] = inDoubt(stored).flatMap(({ action, at }) => reopeningOf(action, at ?? now));
  for (const { action, purpose, at } of ends) {
    // A denial is lifted with a new key as well.
    if (typeof purpose === 'object' || moduleOf(action.type).givesBack) reopenings.push(...reopeningOf(action, at));
    else closures.push(...closureOf(action, at));
  }
  return { closures, reopenings };
}

/** What an undoing has begun to take back, and nobody knows whether it did: it counts as open. */
function inDoubt(stored: readonly StoredEnd[]): readonly { readonly action: Action; readonly at: Instant | null }[] {
  return stored.flatMap(({ plan, actionId, endedAt, result }) => {
    if (plan.kind !== 'intact' || typeof plan.plan.purpose !== 'object') return [];
    if (result !== null && result.outcome !== 'unknown') return [];
    const action = plan.plan.actions.find(({ id }) => id === actionId);
    return action === undefined ? [] : [{ action, at: endedAt }];
  });
}

/** All actions of a case that were begun. */
async function storedEnds(db: StoreDb, caseId: CaseId): Promise<readonly StoredEnd[]> {
  const rows = await db
    .selectFrom('response_actions')
    .innerJoin('plans', 'plans.digest', 'response_actions.plan_digest')
    .select(['plans.plan', 'plans.digest', 'intent_id', 'action_id', 'ended_at', 'result', 'mac'])
    .where('response_actions.case_id', '=', caseId)
    .execute();
  return rows.map((row) => ({
    intentId: row.intent_id,
    planDigest: row.digest,
    actionId: row.action_id,
    plan: openPlanNamed(row.plan, row.digest),
    endedAt: row.ended_at,
    result: row.result,
    mac: row.mac,
  }));
}
