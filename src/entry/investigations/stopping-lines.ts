import type { Stopping } from '../../commands/stop-response.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';

/** What stopping came to, in lines. */
export function stoppingLines(stopping: Stopping): readonly SafeText[] {
  const id = plainText(stopping.caseId);
  const undo = safe`\`trailhound investigations undo ${id}\` takes it back`;
  if (stopping.kind === 'stopping') {
    return [safe`${id}: the response ends before its next step; what it has done stays, and ${undo}`];
  }
  const done = stopping.actions.map(
    ({ actionId, outcome, detail }) =>
      safe`  ${plainText(actionId)}: ${plainText(outcome)}. ${plainText(detail, 1_000)}`,
  );
  const later = stopping.actions
    .filter(({ outcome }) => outcome === 'later')
    .map(
      ({ actionId }) =>
        safe`${plainText(actionId)} comes later by itself, and stop does not hold it back: it takes off what this response put on, and ${undo} now`,
    );
  const head =
    stopping.kind === 'stopped'
      ? safe`${id}: the response is stopped; what it has done stays, and ${undo}`
      : safe`${id}: nothing was left to stop; this is what was done, and ${undo}`;
  return [head, ...done, ...later];
}
