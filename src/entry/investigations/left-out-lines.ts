import type { DecisionStatement } from '../../model/decision.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { shortDigest } from './render-case.ts';

/** What stays for ever by a decision as it was chosen: a revocation whose lifting was left out, with the way to take it off later. */
export function leftOutLines({ caseId, planDigest, actions }: DecisionStatement): readonly SafeText[] {
  return actions.flatMap((action) => {
    if (action.type !== 'revokeRoleSessions' || actions.some(({ dependsOn }) => dependsOn.includes(action.id)))
      return [];
    const { params, target } = action;
    return [
      safe`its lifting was left out: policy ${plainText(params.policyName)} stays on role ${plainText(target.roleName)} until somebody takes it off, for which trailhound investigations undo ${plainText(caseId)} --plan ${shortDigest(planDigest)} makes a plan`,
    ];
  });
}
