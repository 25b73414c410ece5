import { plainText, type SafeText } from '../../model/safe-text.ts';
import { plainAction } from '../plain-action.ts';

/** The name of a call as people know it: without its API's version. Data keeps the name as the log has it. */
export function actionName(action: string): SafeText {
  return plainText(plainAction(action));
}
