import { actInWords } from '../../investigation/report/act-words.ts';
import type { RunningStep } from '../../commands/follow-response.ts';
import type { RespondResult } from '../../messages/respond-messages.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/** What is being done of what was signed: `2 of 5: deny user ci-deploy everything (deny everything)`. */
export function runningLine({ actions }: Pick<DecisionStatement, 'actions'>, running: RunningStep): SafeText {
  const { actionId, step } = running;
  const at = actions.findIndex(({ id }) => id === actionId);
  const which = at === -1 ? safe`` : safe`${at + 1} of ${actions.length}: `;
  return safe`${which}${actWords(actions, actionId)} (${plainText(step.replaceAll('-', ' '))})`;
}

/** What came of each action of what was signed. */
export function endedLines(
  { actions }: Pick<DecisionStatement, 'actions'>,
  response: Pick<RespondResult, 'actions'>,
): readonly SafeText[] {
  return response.actions.map(({ actionId, outcome, detail }) => {
    const why = detail === '' ? safe`` : safe`. ${plainText(detail, 1_000)}`;
    return safe`${plainText(outcome.replaceAll('-', ' '))}: ${actWords(actions, actionId)}${why}`;
  });
}

function actWords(actions: DecisionStatement['actions'], actionId: string): SafeText {
  const action = actions.find(({ id }) => id === actionId);
  if (action === undefined) return plainText(actionId);
  const { type, target, params } = action;
  return actInWords({ type, target: { ...target }, params: { ...params } }) ?? plainText(actionId);
}
