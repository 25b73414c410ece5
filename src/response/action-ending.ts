import { canonicalDigest } from '../digest/canonical-digest.ts';
import { type ActionOutcome, type ActionResult, stepBoundaries } from '../model/action-result.ts';
import type { Digest } from '../model/ids.ts';
import type { JournalRow } from './action-journal.ts';

/** What an action came to, told from its journal. */
export function actionResultFrom(
  intentId: string,
  rows: readonly JournalRow[],
  outcome: ActionOutcome,
  detail: string,
): ActionResult {
  const states = rows.flatMap((row) => stateIn(row));
  const nothingSeen = canonicalDigest(null);
  return {
    intentId,
    reached: stepBoundaries.findLast((boundary) => rows.some((row) => row.mark === boundary)) ?? 'intended',
    awsRequestIds: [...new Set(rows.flatMap((row) => row.awsRequestIds))],
    outcome,
    before: states.at(0) ?? nothingSeen,
    after: states.at(-1) ?? nothingSeen,
    verifiedBy: rows.some((row) => row.mark === 'verified') ? ['iam'] : [],
    detail,
  };
}

function stateIn(row: JournalRow): readonly Digest[] {
  const { state } = row.data;
  return typeof state === 'string' && state.startsWith('sha256:') ? [state as Digest] : [];
}
