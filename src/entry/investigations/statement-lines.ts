import { counted } from '../../model/counted.ts';
import type { DecisionStatement } from '../../model/decision.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { moduleOf } from '../../response/action-registry.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';
import { signedLines } from './signed-lines.ts';

/**
 * What an approver is about to sign, in lines: the very content that is signed, every field of it, and then, next to the question, what
 * it means, in sentences made of that content.
 *
 * @param width of the terminal, in columns; absent where output is piped
 */
export function statementLines(statement: DecisionStatement, width?: number): readonly SafeText[] {
  const { approver, verdict, caseId, planDigest, actions, reason } = statement;
  const what = verdict === 'approve' ? safe`approve ${counted(actions.length, 'action')} of` : safe`reject`;
  return [
    ...signedLines(statement, width),
    safe``,
    ...hangingLines(safe``, safe`${plainText(approver)} signs: ${what} the plan of case ${plainText(caseId)},`, width),
    safe`  ${plainText(planDigest)}`,
    ...actions.flatMap((action, index) => {
      const mark = safe`  ${index + 1}. `;
      return hangingLines(mark, moduleOf(action.type).effect(action), width);
    }),
    ...hangingLines(safe`  `, safe`because: ${plainText(reason, 2_000)}`, width, safe`    `),
  ];
}
