import type { StoreDb } from '../../adapters/store/database.ts';
import { loadPlan, openPlanNamed } from '../../adapters/store/cases/plan-store.ts';
import { planWords } from '../../investigation/plan/plan-words.ts';
import type { LastLook } from '../../messages/investigate-messages.ts';
import type { CaseId } from '../../model/ids.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { shortDigest } from './render-case.ts';

/** What came of looking at a case anew, in lines; where no plan could do anything more, why not and what people can do. */
export async function lookLines(db: StoreDb, caseId: CaseId, look: LastLook | null): Promise<readonly SafeText[]> {
  const id = plainText(caseId);
  const show = safe`trailhound investigations show ${id}`;
  if (look === null)
    return [safe`${id} is being looked at anew; it takes longer than a minute: ${show} tells what came of it`];
  const stored = look.plan === null ? null : await loadPlan(db, look.plan);
  const opened = look.plan === null || stored === null ? null : openPlanNamed(stored, look.plan);
  const words = opened?.kind === 'intact' ? planWords(opened.plan) : null;
  const named = plainText(shortDigest(look.plan ?? ''));
  switch (look.outcome) {
    case 'presented': {
      const actions = words?.actions.map(({ id: actionId }) => plainText(actionId)) ?? [];
      const what = actions.length === 0 ? safe`no action` : safeJoin(actions, ', ');
      return [safe`${id} has a fresh plan, ${named}: ${what}`, safe`look at it with ${show}`];
    }
    case 'unchanged':
      return [safe`${id} was looked at anew: its plan ${named} says all that there is`];
    case 'nothing-to-do':
      return [safe`${id} was looked at anew: no plan could do anything more`, ...(words?.byHand ?? [])];
  }
}
