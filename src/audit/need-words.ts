import type { NeedCode } from '../model/case-state.ts';
import { safe, type SafeText } from '../model/safe-text.ts';

const words: Readonly<Record<NeedCode, SafeText>> = {
  'decision-expired': safe`nobody decided on the plan in time, so it is void`,
  'no-action-possible': safe`no action of a plan can work here: what is to be done is left to people`,
  'response-failed': safe`an action of the response failed`,
  'response-stopped': safe`the response was stopped between two steps: what it did stays`,
  'outcome-unknown': safe`whether the response did all that it was to do is not known`,
  'key-not-ours': safe`while it responded, a key was made that it did not make`,
  'key-may-be-live': safe`a key that the response made may be live, and its secret is stored nowhere`,
  'responder-stopped': safe`the responder's own memory does not agree with the store's: it changes nothing until that is settled`,
  'used-after-containment': safe`calls went through although the response was done`,
  'nothing-open': safe`every way in was closed before anybody saw the case: what was done is to be judged`,
  'ways-in-open': safe`what was approved is done, and the intruder can still come in`,
};

/** Why a case cannot go on by itself, in words; a code of a newer version stands for itself. */
export function needInWords(why: string): SafeText | null {
  return Object.hasOwn(words, why) ? words[why as NeedCode] : null;
}
