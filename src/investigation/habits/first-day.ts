import type { CaseFinding, FindingGround } from '../findings/case-finding.ts';
import { dayMs } from '../../model/duration.ts';
import type { CaseEffect } from '../case/case-effects.ts';
import { firstAlertMs } from '../case/first-alert.ts';
import type { Effect } from '../effects/effect.ts';
import { kindOf } from '../links/identity-parts.ts';
import { alertedEvents, clientOf, principalOf } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { givesAll, isOrdinary } from './ordinary.ts';
import { isByKey } from './own-door.ts';
import { roamersAmong } from './roaming.ts';
import { placeOfCaller } from './settled-place.ts';

/**
 * Whether a case lies where the records of its accounts begin, and nothing in it speaks of an intruder: what it shows may be what goes on
 * there every day, and what is usual nobody can know yet. More than what roles are given, rights to do all, outsiders, what hides, destroys or costs, secrets that were
 * taken and the names of tools for attacks speak for themselves, on the first day too; and so does whatever came later from another place,
 * or was of another kind.
 */
export function isUnknownUsage(ground: FindingGround, findings: readonly CaseFinding[]): boolean {
  const { newlyRecorded = [] } = ground.material;
  const alerted = alertedEvents(ground);
  const firstMs = firstAlertMs({ ...ground.material, events: ground.calls.all });
  const isNew = new Set<string>(newlyRecorded);
  const isNewlyRecorded =
    alerted.every(({ ref }) => isNew.has(ref.accountId)) &&
    ground.calls.all.every(({ at, ref }) => !isNew.has(ref.accountId) || Date.parse(at) >= firstMs - dayMs);
  return (
    alerted.length > 0 &&
    isNewlyRecorded &&
    isOrdinary(ground, findings) &&
    ground.effects.effects.every((each) => isOfRoles(each) && !givesAll(each)) &&
    isAsItBegan(ground, firstMs)
  );
}

/** What roles are given and trust: by that alone nobody from outside comes in, as by a user, a key, code or an open network. */
const ofRoles: ReadonlySet<Effect['kind']> = new Set([
  'console-login',
  'session-minted',
  'role-created',
  'trust-changed',
  'policy-granted',
  'policy-version-made',
  'policy-version-set',
  'role-passed',
  'undone',
]);

/** Whoever finds a long-term key has it: with one, nothing is changed that may be anybody's daily work. */
function isOfRoles({ effect, event }: CaseEffect): boolean {
  if (effect.kind === 'session-minted') return true;
  if (effect.kind === 'policy-granted' && effect.holder.kind !== 'role') return false;
  return ofRoles.has(effect.kind) && !isByKey(event);
}

/** Whether whatever came later came from where its principal was on the first day, and what was alerted on is of a kind with that day's. */
function isAsItBegan(ground: FindingGround, firstMs: number): boolean {
  const { calls } = ground.calls;
  const alerted = new Set(alertedEvents(ground));
  function isOfFirstDay({ at }: SeenEvent): boolean {
    return Date.parse(at) <= firstMs + dayMs;
  }
  const first = calls.filter(isOfFirstDay);
  const places = new Set(first.map((call) => placeOfCaller(call, principalOf)));
  const acts = new Set(first.map(kindOfAct));
  const roams = roamersAmong(calls, principalOf);
  return calls.every(
    (call) =>
      isOfFirstDay(call) ||
      // A pipeline's runner is where its role then works.
      isVouchedFor(call) ||
      ((places.has(placeOfCaller(call, principalOf)) || roams.has(principalOf(call))) &&
        (!alerted.has(call) || acts.has(kindOfAct(call)))),
  );
}

function isVouchedFor({ callers, effects }: SeenEvent): boolean {
  return kindOf(callers[0] ?? '') === 'person' && effects.every(({ kind }) => kind === 'session-minted');
}

function kindOfAct(call: SeenEvent): string {
  return JSON.stringify([principalOf(call), clientOf(call), call.provider, call.action]);
}
