import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { actInWords } from './act-words.ts';
import type { CaseDocument } from './case-document.ts';
import { utcTime } from './case-words.ts';

type CarriedOut = CaseDocument['carriedOut'][number];

/** When a response ended and how, and who approved it: `done, every action of it, 2026-11-24 12:31:05 UTC; approved by alice: stolen`. */
export function responseInWords({ at, ended, takesBack, approvals }: CarriedOut): SafeText {
  const what = takesBack ? safe`an earlier response was taken back: ` : safe``;
  const approved = approvals.map(
    ({ approver, at: when, reason }) =>
      safe`approved by ${plainText(approver)} at ${utcTime(when)} UTC${reason === '' ? safe`` : safe`: ${plainText(reason, 1_000)}`}`,
  );
  return safeJoin([safe`${what}${plainText(ended)}, ${utcTime(at)} UTC`, ...approved], '; ');
}

/** What came of one of its actions, as AWS showed it then: `done: deactivate access key AKIA.... Key AKIA... is inactive, as IAM shows it.` */
export function actionEndInWords({ id, type, target, outcome, detail }: CarriedOut['actions'][number]): SafeText {
  const phrase = type === null ? null : actInWords({ type, target });
  const shown = detail === '' ? safe`` : safe` (${plainText(detail.replace(/\.$/u, ''), 1_000)})`;
  return safe`${plainText(outcome.replaceAll('-', ' '))}: ${phrase ?? plainText(id)}${shown}`;
}

/** What waits for a decision, or is left to people: what was decided on is no longer proposed. */
export function proposedActions({ plan, standing }: CaseDocument): CaseDocument['plan']['actions'] {
  const waits = standing === null || standing.digest !== null;
  return plan.actions.filter(({ byHand }) => byHand || waits);
}
