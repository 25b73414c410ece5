import type { PlanWords } from '../../investigation/plan/plan-words.ts';
import { actionsOption } from '../../investigation/report/actions-option.ts';
import type { UndoState } from '../../messages/undo-messages.ts';
import type { CaseStatus } from '../../model/case-state.ts';
import type { CaseId } from '../../model/ids.ts';
import type { WaitingPlan } from '../../views/plan.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { utcTime } from '../../model/utc-time.ts';
import { asTypedHere } from '../invocation.ts';
import { commandLines, hangingLines } from '../terminal/wrapped-text.ts';
import { shortDigest } from '../../model/short-digest.ts';
import { opensInWords } from './standing-rows.ts';

type Act = PlanWords['actions'][number];

/**
 * What undoing would do, in lines, and what to type next; the words are those of its plan. What it does by itself comes before what
 * somebody has to choose.
 *
 * @param width of the terminal, in columns; absent where output is piped
 */
export function undoLines(
  caseId: CaseId,
  undoing: UndoState,
  words: PlanWords | null,
  width: number | undefined,
): readonly SafeText[] {
  const id = plainText(caseId);
  if (undoing.kind === 'planning') {
    const show = asTypedHere(safe`\`trailhound investigations show ${id}\``);
    return hangingLines(safe``, safe`${id}: a plan to undo is being made; ${show} shows it`, width, safe`  `);
  }
  const byHand = words?.byHand.flatMap((sentence) => entryLines(safe`by hand: ${sentence}`, width)) ?? [];
  if (undoing.kind !== 'awaiting-decision') return [safe`${id}: there is nothing that a plan could undo`, ...byHand];
  const named = plainText(shortDigest(undoing.plan));
  const head = safe`${id}: plan ${named} would undo it, and waits for a decision until ${utcTime(undoing.expiresAt)} UTC`;
  const approve = safe`trailhound investigations approve ${id} --plan ${named}${actionsOption(words?.actions ?? [], true)} --reason "WHY" --wait`;
  return [
    ...hangingLines(safe``, head, width, safe`  `),
    ...(words === null ? [] : [...actLines(words, width), ...opensLines(words, width)]),
    ...byHand,
    safe`approve it with`,
    ...commandLines(safe`  ${asTypedHere(approve)}`, width, safe`    `),
  ];
}

function actLines({ actions }: PlanWords, width: number | undefined): readonly SafeText[] {
  const byItself = actions.filter(({ onlyIfChosen }) => onlyIfChosen === null);
  const chosen = actions.filter(({ onlyIfChosen }) => onlyIfChosen !== null);
  return [
    ...(byItself.length === 0 ? [safe`does nothing by itself`] : [safe`does`, ...byItself.flatMap(told)]),
    ...(chosen.length === 0 ? [] : [safe`and, only if chosen with --actions`, ...chosen.flatMap(told)]),
  ];
  function told({ id, effect, onlyIfChosen }: Act): readonly SafeText[] {
    const why = onlyIfChosen === null ? safe`` : safe` Not by itself: ${onlyIfChosen}.`;
    return [safe`  ${plainText(id, 200)}`, ...hangingLines(safe`    `, safe`${effect}${why}`, width)];
  }
}

/** Which ways in open again once a plan to undo is carried out. */
function opensLines({ waysIn }: Pick<PlanWords, 'waysIn'>, width: number | undefined): readonly SafeText[] {
  return waysIn.length === 0 ? [] : signedOpensLines(waysIn, width);
}

/**
 * The same of what is signed of such a plan, said also where it opens nothing.
 *
 * @param waysIn null of a plan that takes nothing back.
 */
export function signedOpensLines(waysIn: PlanWords['waysIn'] | null, width: number | undefined): readonly SafeText[] {
  if (waysIn === null) return [];
  return [opensInWords(waysIn), ...waysIn.flatMap(({ sentence }) => entryLines(sentence, width))];
}

/** That a plan to undo may not wait for as long as it says: a plan that its case presents takes its place. */
export function voidSoonLines(status: CaseStatus): readonly SafeText[] {
  if (status !== 'watching' && status !== 'gathering') return [];
  const what = status === 'watching' ? safe`watched` : safe`looked at`;
  return [
    safe`the case is still being ${what}: a plan that it presents when that ends makes this one void, so decide before, or ask for it again then`,
  ];
}

/** That another plan of the case waits for a decision too, and which it is. */
export function waitsBesideLine({ digest, undoes }: WaitingPlan): SafeText {
  const which = undoes ? safe`which would take a response back` : safe`the case's own`;
  return safe`another plan of the case waits for a decision too: ${shortDigest(digest)}, ${which}`;
}

function entryLines(sentence: SafeText, width: number | undefined): readonly SafeText[] {
  return hangingLines(safe`  `, sentence, width, safe`    `);
}
