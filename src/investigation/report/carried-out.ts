import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { actInWords } from './act-words.ts';
import { approvalCommand } from './actions-option.ts';
import type { CaseDocument } from './case-document.ts';
import { utcTime } from '../../model/utc-time.ts';

type CarriedOut = CaseDocument['carriedOut'][number];

/** When a response ended and how, and who approved it: `done as approved, 2026-11-24 12:31:05 UTC; approved by alice: stolen`. */
export function responseInWords({ at, ended, takesBack, approvals }: CarriedOut): SafeText {
  const what = takesBack ? safe`taking an earlier response back: ` : safe``;
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

/** A plan to undo that waits: what it does, and what is typed to approve it. */
export function waitingUndo({ id, standing }: CaseDocument): WaitingUndo | null {
  const undo = standing?.undo ?? null;
  if (undo === null) return null;
  const until = undo.decideBy === null ? safe`` : safe`, decide by ${utcTime(undo.decideBy)} UTC`;
  return {
    words: safe`${plainText(undo.digest)}${until}`,
    command: approvalCommand({ id, standing: { ...standing, digest: undo.digest }, plan: undo }),
    actions: undo.actions.map((action) => {
      const choice = action.recommended ? safe`` : safe` (only if chosen)`;
      return safe`${actInWords(action) ?? plainText(action.id)}${choice}: ${plainText(action.sentence, 2_000)}`;
    }),
  };
}

interface WaitingUndo {
  readonly words: SafeText;
  /** Null where nothing of it can be approved. */
  readonly command: SafeText | null;
  readonly actions: readonly SafeText[];
}

/** `TH-A and TH-B were merged into it`; where it was merged itself, where it goes on. */
export function mergedInWords({ mergedFrom, mergedInto }: CaseDocument): readonly SafeText[] {
  return [
    ...(mergedFrom.length === 0
      ? []
      : [safe`${plainText(mergedFrom.join(', '), 2_000)}: merged into this case, which goes on for them`]),
    ...(mergedInto === null ? [] : [safe`into ${plainText(mergedInto)}: it goes on there`]),
  ];
}

/** What somebody wrote on it: `2026-11-24 12:31:05 UTC, alice: the owner is on holiday`. */
export function noteInWords({ at, by, text }: CaseDocument['notes'][number]): SafeText {
  return safe`${utcTime(at)} UTC, ${plainText(by)}: ${plainText(text, 4_000)}`;
}

/** What waits for a decision, or is left to people: what was decided on is no longer proposed. */
export function proposedActions({ plan, standing }: CaseDocument): CaseDocument['plan']['actions'] {
  const waits = standing === null || standing.digest !== null;
  return plan.actions.filter(({ byHand }) => byHand || waits);
}
