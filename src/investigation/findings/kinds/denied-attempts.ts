import { safe } from '../../../model/safe-text.ts';
import type { SeenEvent } from '../../seen-event.ts';
import { stageOf } from '../../stage.ts';
import type { FindingKind } from '../case-finding.ts';
import { counted, inWords, suspicious } from '../drawing.ts';
import { habitOf } from '../habit.ts';

/** How AWS's services say that somebody was not allowed to. */
const refusals = /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|Client\.UnauthorizedOperation/i;

/** What was tried and not allowed, grouped: it shows what the intruder is after. What is refused every week is a habit. */
export const deniedAttempts: FindingKind = (ground) => {
  const usual = new Set(habitOf(ground).filter(isRefused).map(nameOf));
  const denied = ground.calls.calls.filter((call) => isRefused(call) && !usual.has(nameOf(call)));
  const byAction = [...Map.groupBy(denied, nameOf)].toSorted((a, b) => b[1].length - a[1].length);
  const names = byAction.map(([name, calls]) => (calls.length === 1 ? name : `${name} ×${calls.length}`));
  // Reading what one may not is how anybody looks around; a change that was refused is more.
  const grave = denied.some((call) => !call.readOnly);
  return suspicious({
    kind: 'denied-attempts',
    sentence: safe`${counted(denied.length, 'attempt')} refused for want of permission: ${inWords(names)}.`,
    confidence: grave ? 'medium' : 'low',
    techniques: ['T1526'],
    facts: {
      attempts: byAction.map(([name, calls]) => ({
        action: name,
        count: calls.length,
        stage: calls[0] === undefined ? 'other' : stageOf(calls[0]),
        targets: [...new Set(calls.flatMap(({ targets }) => targets))].slice(0, 25),
      })),
    },
    events: denied,
  });
};

export function isRefused({ outcome, errorCode }: SeenEvent): boolean {
  return outcome === 'failure' && refusals.test(errorCode ?? '');
}

export function nameOf({ provider, action }: SeenEvent): string {
  return `${provider.replace('.amazonaws.com', '')}:${action}`;
}
