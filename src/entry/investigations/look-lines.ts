import type { LookedAnew } from '../../commands/replan.ts';
import type { PlanWords } from '../../investigation/plan/plan-words.ts';
import type { LastLook } from '../../messages/investigate-messages.ts';
import type { CaseId } from '../../model/ids.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { shortDigest } from '../../model/short-digest.ts';

/** What came of looking at a case anew, in lines; where no plan could do anything more, why not and what people can do. The words are those of its plan. */
export function lookLines(caseId: CaseId, look: LastLook | null, words: PlanWords | null): readonly SafeText[] {
  const id = plainText(caseId);
  const show = safe`\`trailhound investigations show ${id}\``;
  if (look === null)
    return [safe`${id} is being looked at anew; it takes longer than a minute: ${show} tells what came of it`];
  const named = plainText(shortDigest(look.plan ?? ''));
  switch (look.outcome) {
    case 'presented': {
      const actions = words?.actions.map(({ id: actionId }) => plainText(actionId)) ?? [];
      const what = actions.length === 0 ? safe`no action` : safeJoin(actions, ', ');
      return [safe`${id} has a fresh plan, ${named}: ${what}`, safe`look at it with ${show}`];
    }
    case 'unchanged':
      return [
        safe`${id} was looked at anew: its plan ${named} stays as it is, for nothing that was seen since changes what is to be done`,
      ];
    case 'nothing-to-do':
      return [safe`${id} was looked at anew: no plan could do anything more`, ...(words?.byHand ?? [])];
  }
}

/** What became of a plan to take a response back that waited when a fresh plan was asked for. */
export function undoBesideLines(caseId: CaseId, undo: LookedAnew['undo']): readonly SafeText[] {
  if (undo === null) return [];
  const named = shortDigest(undo.plan);
  const again = safe`\`trailhound investigations undo ${plainText(caseId)}\``;
  return undo.now === 'void'
    ? [safe`plan ${named}, which would take a response back, is void since: ${again} makes another`]
    : [
        safe`plan ${named}, which would take a response back, still waits for a decision beside it; \`trailhound investigations reject ${plainText(caseId)} --plan ${named} --reason TEXT\` declines it`,
      ];
}
