import type { DecisionStatement } from '../../model/decision.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { moduleOf } from '../../response/action-registry.ts';
import { hangingLines } from '../terminal/wrapped-text.ts';
import { signedLines } from './signed-lines.ts';

/**
 * What an approver is about to sign, in lines: what it means, in sentences made of the very content that is signed, and then that
 * content itself, every field of it.
 *
 * @param width of the terminal, in columns; absent where output is piped
 */
export function statementLines(statement: DecisionStatement, width?: number): readonly SafeText[] {
  const { approver, verdict, caseId, planDigest, actions } = statement;
  const what = verdict === 'approve' ? safe`approve` : safe`reject`;
  return [
    safe`${plainText(approver)} signs: ${what}, in case ${plainText(caseId)}, of plan`,
    safe`  ${plainText(planDigest)}`,
    ...actions.flatMap((action) =>
      hangingLines(safe`  ${plainText(action.id, 200)}: `, moduleOf(action.type).effect(action), width, safe`    `),
    ),
    ...signedLines(statement, width),
  ];
}
