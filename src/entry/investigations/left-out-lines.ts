import type { DecisionStatement } from '../../model/decision.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { moduleOf } from '../../response/action-registry.ts';
import { shortDigest } from '../../model/short-digest.ts';

/** What stays for ever by a decision as it was chosen: what would have been taken off by an action that was left out, and the way to do so later. */
export function leftOutLines({ caseId, planDigest, actions }: DecisionStatement): readonly SafeText[] {
  return actions.flatMap((action) => {
    const stays = moduleOf(action.type).staysBehind?.(action);
    if (stays === undefined || actions.some(({ dependsOn }) => dependsOn.includes(action.id))) return [];
    return [
      safe`its lifting was left out: ${stays} until somebody takes it off, for which trailhound investigations undo ${plainText(caseId)} --plan ${shortDigest(planDigest)} makes a plan`,
    ];
  });
}
