import type { DecisionStatement } from '../../model/decision.ts';
import type { Plan } from '../../model/plan.ts';
import { counted } from '../../model/counted.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { moduleOf } from '../../response/action-registry.ts';
import { shortDigest } from '../../model/short-digest.ts';

/** What stays for ever by a decision as it was chosen: what would have been taken off by an action that was left out, and the way to do so later. */
export function leftOutLines({ caseId, planDigest, actions }: DecisionStatement): readonly SafeText[] {
  return actions.flatMap((action) => {
    const stays = moduleOf(action.type).staysBehind?.(action);
    if (stays === undefined || actions.some(({ dependsOn }) => dependsOn.includes(action.id))) return [];
    return [
      safe`its lifting was left out: ${stays} until somebody takes it off, for which \`trailhound investigations undo ${plainText(caseId)} --plan ${shortDigest(planDigest)}\` makes a plan`,
    ];
  });
}

/** What the plan recommends and the decision leaves out: whoever chose some is told what is not done by it. */
export function notChosenLines(
  { verdict, actions }: Pick<DecisionStatement, 'verdict' | 'actions'>,
  plan: Pick<Plan, 'actions'>,
): readonly SafeText[] {
  if (verdict === 'reject') return [];
  const left = plan.actions.filter(({ id, recommended }) => recommended && actions.every((each) => each.id !== id));
  if (left.length === 0) return [];
  const named = safeJoin(
    left.map(({ id }) => plainText(id)),
    ', ',
  );
  return [safe`${counted(left.length, 'action')} that the plan recommends left out: ${named}`];
}
