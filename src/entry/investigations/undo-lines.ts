import type { PlanWords } from '../../investigation/plan/plan-words.ts';
import { actionsOption } from '../../investigation/report/actions-option.ts';
import type { UndoState } from '../../messages/undo-messages.ts';
import type { CaseId } from '../../model/ids.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { shortDigest } from './render-case.ts';
import { opensInWords } from './standing-rows.ts';

/** What undoing would do, in lines, and what to type next; the words are those of its plan. */
export function undoLines(caseId: CaseId, undoing: UndoState, words: PlanWords | null): readonly SafeText[] {
  const id = plainText(caseId);
  if (undoing.kind === 'planning')
    return [safe`${id}: a plan to undo is being made; trailhound investigations show ${id} shows it`];
  const named = plainText(shortDigest(undoing.plan));
  const doing = words?.actions.map(doingLine) ?? [];
  const opens = words === null || words.waysIn.length === 0 ? [] : opensLines(words);
  const byHand = words?.byHand.map((sentence) => safe`  by hand: ${sentence}`) ?? [];
  if (undoing.kind !== 'awaiting-decision') return [safe`${id}: there is nothing that a plan could undo`, ...byHand];
  return [
    safe`${id}: plan ${named} would undo it, and waits for a decision until ${plainText(undoing.expiresAt)}`,
    ...doing,
    ...opens,
    ...byHand,
    safe`approve it with: trailhound investigations approve ${id} --plan ${named}${actionsOption(words?.actions ?? [])} --reason WHY --wait`,
  ];
}

function opensLines({ waysIn }: PlanWords): readonly SafeText[] {
  return [safe`  ${opensInWords(waysIn)}:`, ...waysIn.map(({ sentence }) => safe`  opens again: ${sentence}`)];
}

function doingLine({ id, effect, onlyIfChosen }: PlanWords['actions'][number]): SafeText {
  const choice = onlyIfChosen === null ? safe`` : safe` (only if chosen, with --actions: ${onlyIfChosen})`;
  return safe`  ${plainText(id)}: ${effect}${choice}`;
}
