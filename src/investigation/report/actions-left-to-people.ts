import type { Plan } from '../../model/plan.ts';
import { byHandWords } from '../plan/by-hand-words.ts';
import type { DocumentAction } from './case-document.ts';

/** What a plan leaves to people, as a case's document has it. @param advised whether it is recommended: nothing is for a quiet case */
export function actionsLeftToPeople({ byHand }: Pick<Plan, 'byHand'>, advised = true): readonly DocumentAction[] {
  return byHand.map((each, index) => {
    const { kind, ...target } = each;
    return {
      id: `by-hand-${index + 1}`,
      type: kind,
      target: { ...target },
      recommended: advised,
      byHand: true,
      closes: each.kind === 'way-in' ? [each.id] : [],
      sentence: byHandWords(each),
    };
  });
}
