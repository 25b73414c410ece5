import { inWords } from '../investigation/findings/drawing.ts';
import { actsInWords } from '../investigation/report/act-words.ts';
import { plainText, safe, safeJoin, type SafeText } from '../model/safe-text.ts';
import type { CaseView } from './case.ts';
import { utcTime } from '../model/utc-time.ts';
import { counted, forNumber } from '../model/counted.ts';

/** What nobody may overlook about a case: in one sentence, and what is said of it where there is room. */
export interface CaseWarning {
  readonly kind: 'unsettled-key' | 'not-contained' | 'taken-back' | 'unconfirmed' | 'not-vouched-for';
  readonly sentence: SafeText;
  readonly details: readonly SafeText[];
}

/**
 * Everything that screens and reports of a case say first, the worst first.
 *
 * @param left how many ways in are not closed by what is known now, where that was looked at
 */
export function caseWarnings(
  view: Pick<
    CaseView,
    'unsettledKeys' | 'sinceUndone' | 'undo' | 'findings' | 'verdict' | 'responses' | 'responsesVouchedFor'
  >,
  left = 0,
): readonly CaseWarning[] {
  return [
    ...view.unsettledKeys.map(unsettledKey),
    ...notContained(view, left),
    ...takenBack(view),
    ...unconfirmed(view),
    ...notVouchedFor(view),
  ];
}

/** Of a key that may be live without anybody having its secret. */
function unsettledKey({
  accessKeyIds,
  userName,
  actionId,
  why,
  since,
}: CaseView['unsettledKeys'][number]): CaseWarning {
  const what =
    accessKeyIds.length === 0 ? safe`A key that may have been made` : safe`Key ${plainText(accessKeyIds.join(', '))}`;
  return {
    kind: 'unsettled-key',
    sentence: safe`${what} of user ${plainText(userName)} may be live, and its secret is stored nowhere.`,
    details: [
      plainText(why, 600),
      safe`Left by ${plainText(actionId)}, since ${utcTime(since)} UTC. It is tried on until this is settled; the case stays open.`,
    ],
  };
}

/** A closed case stays closed: what is known by now may say otherwise. */
function notContained({ verdict }: Pick<CaseView, 'verdict'>, left: number): readonly CaseWarning[] {
  if (verdict !== 'contained' || left === 0) return [];
  const sentence = safe`It was closed as contained, and ${counted(left, 'way')} in ${forNumber(left, 'is', 'are')} not closed by what is known now.`;
  return [{ kind: 'not-contained', sentence, details: [] }];
}

/** How a case closed is not how things are, where its response was taken back since. */
function takenBack({ sinceUndone, undo }: Pick<CaseView, 'sinceUndone' | 'undo'>): readonly CaseWarning[] {
  if (sinceUndone === null) return [];
  const { at, holds, left } = sinceUndone;
  const acts = leftInWords(left, undo);
  const sentence =
    left.length === 0
      ? safe`What the response did was taken back at ${utcTime(at)} UTC: it contains nothing any more.`
      : safe`Part of the response was taken back at ${utcTime(at)} UTC; left to undo: ${acts}.`;
  return [{ kind: 'taken-back', sentence, details: holds.map((held) => plainText(held, 1_000)) }];
}

/** In phrases as far as the plan that took back the rest still names them. */
function leftInWords(left: readonly string[], undo: CaseView['undo']): SafeText {
  const planned = undo?.actions.filter(({ id }) => left.includes(id)) ?? [];
  const acts = actsInWords(
    planned.map(({ type, target, params }) => ({ type, target: { ...target }, params: { ...params } })),
  );
  return acts.length === 0 ? inWords(left, 2) : safeJoin(acts, '; ');
}

/** Whoever owns the store can write that something was done, and only the responder's key tells whether it was the responder. */
export const notVouchedForInWords = safe`What the response did is told by records of the store, and whether the responder wrote them cannot be told here, for this machine has not its key (response.journal_key_file). Ask where the responder's worker runs, or look in AWS.`;

function notVouchedFor({ responses, responsesVouchedFor }: Pick<CaseView, 'responses' | 'responsesVouchedFor'>) {
  if (responsesVouchedFor || responses.length === 0) return [];
  return [{ kind: 'not-vouched-for', sentence: notVouchedForInWords, details: [] } as const];
}

function unconfirmed({ findings }: Pick<CaseView, 'findings'>): readonly CaseWarning[] {
  return findings
    .filter(({ kind }) => kind === 'unconfirmed-records')
    .map(({ sentence }) => ({ kind: 'unconfirmed', sentence: plainText(sentence, 1_000), details: [] }));
}
