import type { Action } from '../../model/action.ts';
import type { Plan } from '../../model/plan.ts';
import { safe, type SafeText } from '../../model/safe-text.ts';
import { moduleOf } from '../../response/action-registry.ts';
import { byHandWords } from './by-hand-words.ts';
import { leftBy } from '../ways-in/closed-by.ts';
import { neverVisible, wayInWords, type WayInWords } from '../way-in-words.ts';

/** A plan as people read it. The one place in which a plan becomes sentences: CLI, report and start screen show these. */
export interface PlanWords {
  /** Each action with what is said about it. */
  readonly actions: readonly (Action & {
    readonly effect: SafeText;
    readonly leavesOpen: readonly SafeText[];
    /** Why it is not taken unless somebody chooses it; null where it is recommended. */
    readonly onlyIfChosen: SafeText | null;
  })[];
  readonly byHand: readonly SafeText[];
  /** What stays open once the recommended actions are done, beyond what is said of it by hand. */
  readonly waysIn: readonly WayInWords[];
}

/** Makes every sentence about a plan of its typed content: no stored sentence is shown. */
export function planWords(plan: Pick<Plan, 'actions' | 'byHand' | 'waysIn'>): PlanWords {
  return {
    actions: plan.actions.map((action) => {
      const module = moduleOf(action.type);
      const onlyIfChosen = action.recommended ? null : (module.onlyIfChosen ?? safe`it is not recommended here`);
      return { ...action, effect: module.effect(action), leavesOpen: module.leavesOpen(action), onlyIfChosen };
    }),
    byHand: plan.byHand.map(byHandWords),
    waysIn: [...staysOpen(plan).map(wayInWords), { ...neverVisible, until: null }],
  };
}

function staysOpen({ actions, byHand, waysIn }: Pick<Plan, 'actions' | 'byHand' | 'waysIn'>): Plan['waysIn'] {
  const told = new Set(byHand.flatMap((each) => (each.kind === 'way-in' ? [each.id] : [])));
  const recommended = actions.filter((action) => action.recommended);
  return leftBy(recommended, waysIn).filter(({ id }) => !told.has(id));
}
