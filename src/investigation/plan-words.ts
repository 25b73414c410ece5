import type { Action } from '../model/action.ts';
import type { Plan } from '../model/plan.ts';
import type { SafeText } from '../model/safe-text.ts';
import { moduleOf } from '../response/action-registry.ts';
import { byHandWords } from './by-hand-words.ts';
import { neverVisible, wayInWords, type WayInWords } from './way-in-words.ts';

/** A plan as people read it. The one place in which a plan becomes sentences: CLI, report and start screen show these. */
export interface PlanWords {
  /** Each action with what is said about it. */
  readonly actions: readonly (Action & { readonly effect: SafeText; readonly leavesOpen: readonly SafeText[] })[];
  readonly byHand: readonly SafeText[];
  readonly waysIn: readonly WayInWords[];
}

/** Makes every sentence about a plan of its typed content: no stored sentence is shown. */
export function planWords(plan: Pick<Plan, 'actions' | 'byHand' | 'waysIn'>): PlanWords {
  return {
    actions: plan.actions.map((action) => {
      const module = moduleOf(action.type);
      return { ...action, effect: module.effect(action), leavesOpen: module.leavesOpen(action) };
    }),
    byHand: plan.byHand.map(byHandWords),
    waysIn: [...plan.waysIn.map(wayInWords), { ...neverVisible, until: null }],
  };
}
