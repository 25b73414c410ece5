import type { Action } from '../../model/action.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import { plainText, safe, safeJson, type SafeText } from '../../model/safe-text.ts';
import { moduleOf } from '../../response/action-registry.ts';

/**
 * What an approver is about to sign, field by field, in lines: nothing that the statement says is left out, and every sentence about
 * an action is made of the very content that is signed.
 */
export function statementLines(statement: DecisionStatement): readonly SafeText[] {
  const { approver, verdict, caseId, planDigest, actions, reason, audience, issuedAt, expiresAt, decisionId } =
    statement;
  return [
    safe`${plainText(approver)} signs: ${verdict === 'approve' ? safe`approve` : safe`reject`}, in case ${plainText(caseId)}, of plan ${plainText(planDigest)}`,
    ...actions.flatMap(actionLines),
    safe`  reason: ${plainText(reason, 2_000)}`,
    safe`  for installation ${plainText(audience, 200)}, from ${plainText(issuedAt)} to ${plainText(expiresAt)}, decision ${plainText(decisionId)}`,
  ];
}

function actionLines(action: Action): readonly SafeText[] {
  const { id, type, target, params, dependsOn, recommended } = action;
  return [
    safe`  ${plainText(id, 200)}: ${moduleOf(type).effect(action)}`,
    safe`    ${plainText(type)} ${safeJson({ target, params, dependsOn, recommended })}`,
  ];
}
