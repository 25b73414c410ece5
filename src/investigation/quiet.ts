import type { CaseFinding, FindingGround } from './findings/case-finding.ts';
import { alertedEvents, habits } from './findings/habit.ts';

/** What no habit explains: it speaks of somebody else at the credentials, whatever else is usual. */
const neverUsual: ReadonlySet<string> = new Set([
  'key-in-two-places',
  'new-address',
  'exposed-key',
  'root-used',
  'instance-credentials-stolen',
  'intruders-account',
]);

/**
 * Whether all alerts of a case are explained by a proved habit: the same client, network and kind of act on several other days
 * (infrastructure as code, a backup tool). Explained is shown, never closed by itself.
 */
export function isQuiet(ground: FindingGround, findings: readonly CaseFinding[]): boolean {
  const alerted = alertedEvents(ground);
  return alerted.length > 0 && alerted.every(habits(ground)) && !findings.some(({ kind }) => neverUsual.has(kind));
}
