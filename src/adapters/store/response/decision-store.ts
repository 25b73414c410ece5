import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import type { StoredDecision } from '../../../investigation/case/case-ports.ts';
import type { DecisionOutcome, SignedDecision } from '../../../model/decision.ts';
import type { CaseId } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';
import { jsonText, storableText } from '../json-text.ts';

/**
 * Keeps a decision, accepted or refused; the same one with the same outcome is kept once. The signature of a refused one is kept by
 * nobody: its digest is in the audit trail.
 */
export async function saveDecision(
  db: StoreDb,
  caseId: CaseId,
  decision: StoredDecision,
  signed: SignedDecision,
): Promise<void> {
  const { outcome } = decision;
  const refused = outcome.kind === 'refused' ? outcome : null;
  await db
    .insertInto('decisions')
    .values({
      id: canonicalDigest({ caseId, jws: signed.jws, outcome: outcome.kind, code: refused?.code ?? null }),
      case_id: caseId,
      decision_id: decision.decisionId,
      plan_digest: decision.planDigest,
      verdict: decision.verdict,
      action_ids: jsonText(decision.actionIds),
      reason: decision.reason === null ? null : storableText(decision.reason),
      approver: decision.approver,
      jws: refused === null ? storableText(signed.jws) : null,
      outcome: outcome.kind,
      refusal_code: refused?.code ?? null,
      remedy: refused?.remedy ?? null,
      at: decision.at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** All decisions of a case, in the order in which they came. */
export async function loadDecisions(db: StoreDb, caseId: CaseId): Promise<readonly StoredDecision[]> {
  const rows = await db.selectFrom('decisions').selectAll().where('case_id', '=', caseId).orderBy('at').execute();
  return rows.map((row) => ({
    decisionId: row.decision_id,
    planDigest: row.plan_digest,
    verdict: row.verdict,
    actionIds: row.action_ids,
    reason: row.reason,
    approver: row.approver,
    outcome: outcomeOf(row),
    at: row.at,
  }));
}

function outcomeOf(row: {
  readonly outcome: DecisionOutcome['kind'];
  readonly refusal_code: string | null;
  readonly remedy: string | null;
}): DecisionOutcome {
  if (row.outcome !== 'refused') return { kind: row.outcome, approvalsMissing: 0 };
  const code = row.refusal_code as Extract<DecisionOutcome, { kind: 'refused' }>['code']; // written by saveDecision
  return { kind: 'refused', code, remedy: row.remedy ?? '' };
}
