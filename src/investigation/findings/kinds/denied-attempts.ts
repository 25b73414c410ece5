import type { Instant } from '../../../model/ids.ts';
import { safe } from '../../../model/safe-text.ts';
import { thing } from '../../effects/thing.ts';
import type { SeenEvent } from '../../seen-event.ts';
import { stageOf } from '../../stage.ts';
import { roleSessionOf } from '../../ways-in/sessions.ts';
import type { FindingGround, FindingKind } from '../case-finding.ts';
import { inWords, suspicious } from '../drawing.ts';
import { counted } from '../../../model/counted.ts';
import { habitOf } from '../habit.ts';

/** How AWS's services say that somebody was not allowed to. */
const refusals = /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|Client\.UnauthorizedOperation/i;

/**
 * What was tried and not allowed, grouped: it shows what the intruder is after. What is refused every week is a habit, and what was refused
 * because the identity was denied everything by then shows no more than that it holds.
 */
export const deniedAttempts: FindingKind = (ground) => {
  const usual = new Set(habitOf(ground).filter(isRefused).map(actionName));
  const refused = ground.calls.calls.filter((call) => isRefused(call) && !usual.has(actionName(call)));
  const since = refused.filter((call) => isContained(call, ground));
  const tried = refused.filter((call) => !since.includes(call));
  const told = tried.length > 0 ? tried : since;
  const byAction = [...Map.groupBy(told, actionName)].toSorted((a, b) => b[1].length - a[1].length);
  const names = byAction.map(([name, calls]) => (calls.length === 1 ? name : `${name} ×${calls.length}`));
  // Reading what one may not is how anybody looks around; a change that was refused is more.
  const grave = tried.some((call) => !call.readOnly);
  const more = tried.length > 0 && since.length > 0 ? safe` ${since.length} more since the response.` : safe``;
  const why = tried.length > 0 ? safe`for want of permission` : safe`since the response`;
  return suspicious({
    kind: 'denied-attempts',
    sentence: safe`${counted(told.length, 'attempt')} refused ${why}: ${inWords(names)}.${more}`,
    confidence: grave ? 'medium' : 'low',
    techniques: ['T1526'],
    facts: {
      attempts: byAction.map(([name, calls]) => ({
        action: name,
        count: calls.length,
        stage: calls[0] === undefined ? 'other' : stageOf(calls[0]),
        targets: [...new Set(calls.flatMap(({ targets }) => targets))].slice(0, 25),
      })),
      sinceContained: since.length,
    },
    events: refused,
  });
};

/** Whether the caller was denied everything by then: by a response, or by whoever else did so. */
function isContained(call: SeenEvent, { material, effects }: FindingGround): boolean {
  const session = roleSessionOf(call);
  const { actor } = call;
  const issuedAt = call.sessionFrom ?? null;
  const denied =
    session !== null
      ? thing.deniedRole(session.accountId, session.roleName)
      : actor.kind === 'user'
        ? thing.deniedUser(actor.accountId, actor.name)
        : null;
  if (denied === null) return false;
  function isBefore({ at }: { readonly at: Instant }): boolean {
    return Date.parse(at) <= Date.parse(call.at);
  }
  const standing = effects.denials.denied(denied, issuedAt);
  if (standing !== null && isBefore(standing)) return true;
  // One of ours that has been lifted since refused what came before that.
  return (material.closures ?? []).some(
    (closure) =>
      closure.things.includes(denied) &&
      isBefore(closure) &&
      (closure.issuedBefore === null || (issuedAt !== null && Date.parse(issuedAt) < Date.parse(closure.issuedBefore))),
  );
}

function isRefused({ outcome, errorCode }: SeenEvent): boolean {
  return outcome === 'failure' && refusals.test(errorCode ?? '');
}

export function actionName({ provider, action }: SeenEvent): string {
  return `${provider.replace('.amazonaws.com', '')}:${action}`;
}
