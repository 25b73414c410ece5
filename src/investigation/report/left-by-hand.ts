import type { SafeText } from '../../model/safe-text.ts';
import type { CaseDocument } from './case-document.ts';
import { adviceByHand, openWaysIn } from './case-words.ts';

/** All that is left to people, a sentence each, whoever closes the case: ways in to close, advice of the plan, and what is to put right. */
export function leftByHand(
  document: Pick<CaseDocument, 'plan' | 'waysIn' | 'toPutRight'>,
  nowMs: number,
): readonly SafeText[] {
  const open = new Set(openWaysIn(document, nowMs).map(({ id }) => id));
  const closing = document.plan.actions.filter(({ byHand, closes }) => byHand && closes.some((id) => open.has(id)));
  return [...new Set([...closing, ...adviceByHand(document), ...document.toPutRight].map(({ sentence }) => sentence))];
}
