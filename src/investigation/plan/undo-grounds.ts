import { accessKey, user } from '../../cloudtrail/identities.ts';
import type { Action, ActionTarget } from '../../model/action.ts';
import type { WayIn } from '../../model/way-in.ts';
import type { UndoGrounds } from '../../response/undo-plan.ts';
import { assessCase, type CaseAssessment } from '../case/assess-case.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { closureOf, reopeningOf } from '../action-beliefs.ts';
import { evidenceOf, type GatheredEvidence } from '../evidence/evidence-content.ts';
import { firstAlertMs, oldEnoughMs } from '../case/first-alert.ts';
import type { SeenEvent } from '../seen-event.ts';
import { containment } from '../ways-in/containment.ts';
import { roleSessionOf } from '../ways-in/sessions.ts';

/**
 * What speaks against giving something back: that the intruder made it or has its secret, or that nobody is known to have used it before the intrusion;
 * and by which ways the intruder could come in again.
 */
export function undoGrounds(material: CaseMaterial, evidence: readonly GatheredEvidence[]): UndoGrounds {
  const assessment = assessCase(material);
  function givesAccess(action: Action): boolean {
    return reopeningOf(action, material.now).length > 0;
  }
  return {
    isIntruders: (action) =>
      givesAccess(action) &&
      (isMade(action.target, assessment) ||
        isStolen(action.target, assessment) ||
        !isKnownToBeUsed(action.target, material, evidence)),
    opensAgain: (actions) => opened(material, assessment, actions),
    letInAgain: (actions) =>
      lettingIn(actions.filter(givesAccess), (done) => opened(material, assessment, done).length > 0),
  };
}

/** Whether the intruder made it, or whom it belongs to. */
function isMade(target: ActionTarget, { effects, waysIn }: CaseAssessment): boolean {
  const { accountId } = target;
  if (target.kind === 'role') {
    return waysIn.some(
      ({ what }) => what.kind === 'role' && what.accountId === accountId && what.roleName === target.roleName,
    );
  }
  const { userName } = target;
  const isMadeKey =
    target.kind === 'access-key' &&
    effects.some(({ effect }) => effect.kind === 'key-created' && effect.accessKeyId === target.accessKeyId);
  return (
    isMadeKey ||
    waysIn.some(
      ({ what, origin }) =>
        what.kind === 'user' && origin === 'made' && what.accountId === accountId && what.userName === userName,
    )
  );
}

/** A key that the intruder used is known to the intruder for good, whoever owns it: its owner needs another one. */
function isStolen(target: ActionTarget, { waysIn }: CaseAssessment): boolean {
  return (
    target.kind === 'access-key' &&
    waysIn.some(({ what }) => what.kind === 'access-key' && what.accessKeyId === target.accessKeyId)
  );
}

/** Whether it was used before the intrusion, by whomever. */
function isKnownToBeUsed(target: ActionTarget, material: CaseMaterial, evidence: readonly GatheredEvidence[]): boolean {
  const beforeMs = firstAlertMs(material) - oldEnoughMs;
  const seen = material.events.some((event) => Date.parse(event.at) < beforeMs && isBy(target, event));
  const told = evidenceOf(evidence, 'access-key-activity', 'user-activity').some(
    ({ content: { pivot, firstAt } }) => firstAt !== null && Date.parse(firstAt) < beforeMs && isAbout(target, pivot),
  );
  return seen || told;
}

function isBy(target: ActionTarget, event: SeenEvent): boolean {
  const { accountId } = target;
  if (target.kind === 'access-key') return event.callers.includes(accessKey(target.accessKeyId, accountId).id);
  if (target.kind === 'user') return event.callers.includes(user(accountId, target.userName).id);
  const session = roleSessionOf(event);
  return session !== null && session.accountId === accountId && session.roleName === target.roleName;
}

function isAbout(
  target: ActionTarget,
  pivot: { readonly kind: string; readonly accessKeyId?: string; readonly userName?: string },
): boolean {
  if (target.kind === 'access-key') return pivot.kind === 'access-key' && pivot.accessKeyId === target.accessKeyId;
  return target.kind === 'user' && pivot.kind === 'user' && pivot.userName === target.userName;
}

/** Each that opens a way in by itself; and where what is left opens one only together, all of that. */
function lettingIn(giving: readonly Action[], opens: (done: readonly Action[]) => boolean): readonly Action[] {
  // Most open nothing: the case is assessed once then.
  if (giving.length === 0 || !opens(giving)) return [];
  const alone = giving.filter((action) => opens([action]));
  const left = giving.filter((action) => !alone.includes(action));
  return left.length > 0 && opens(left) ? giving : alone;
}

/** As the case would be assessed if all of it were done now. */
function opened(material: CaseMaterial, { waysIn }: CaseAssessment, actions: readonly Action[]): readonly WayIn[] {
  const standing = new Set(containment(waysIn).left.map(({ id }) => id));
  const after = assessCase({
    ...material,
    closures: [...(material.closures ?? []), ...actions.flatMap((action) => closureOf(action, material.now))],
    reopenings: [...(material.reopenings ?? []), ...actions.flatMap((action) => reopeningOf(action, material.now))],
  });
  return containment(after.waysIn).left.filter(({ id }) => !standing.has(id));
}
