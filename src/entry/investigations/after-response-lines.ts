import { openWaysIn } from '../../investigation/report/case-words.ts';
import { leftByHand } from '../../investigation/report/left-by-hand.ts';
import { counted, forNumber } from '../../model/counted.ts';
import { durationInWords } from '../../model/duration.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { ShownCase } from '../../views/shown-case.ts';

/** What a response that was waited for came to: whether the case is contained by it, what is left to people, and what to type next. */
export function afterResponseLines(
  { view: { id }, document }: ShownCase,
  { undoes, watchMs, nowMs }: { readonly undoes: boolean; readonly watchMs: number; readonly nowMs: number },
): readonly SafeText[] {
  const next = safe`next: \`trailhound investigations show ${plainText(id)}\``;
  if (undoes)
    return [safe`taken back: the case is looked at anew, and presents a fresh plan where one is needed`, next];
  const open = openWaysIn(document, nowMs).length;
  const verdict =
    open > 0
      ? safe`not contained: ${counted(open, 'way')} in ${forNumber(open, 'is', 'are')} still open or not known to be closed`
      : safe`contained: no way in that is known of is open. For ${plainText(durationInWords(watchMs))} it is watched whether any call still goes through`;
  return [verdict, ...leftByHand(document, nowMs).map((sentence) => safe`left to do by hand: ${sentence}`), next];
}
