import type { CaseId } from '../../model/ids.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/** What Ctrl-C does not end: a response that was approved, or an undoing. */
export function goesOnLine(caseId: CaseId, { undoes }: { readonly undoes: boolean }): SafeText {
  const id = plainText(caseId);
  const show = safe`\`trailhound investigations show ${id}\` tells how far it is`;
  return undoes
    ? safe`the undoing goes on without this terminal: ${show}`
    : safe`the response goes on without this terminal: ${show}, and \`trailhound investigations stop ${id} --reason TEXT\` ends it after the step that is being taken`;
}

/** What was typed about a case may have reached it, or not: its story knows. */
export function askedLine(typed: string): SafeText {
  return safe`what was asked for already goes on without this terminal: \`trailhound audit show ${plainText(typed.toUpperCase(), 40)}\` tells whether it was`;
}
