import type { CaseEffect } from '../case/case-effects.ts';
import { changedOf, oncePerCase, principalOf, type HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { putBack, type PutBack } from '../ways-in/put-back.ts';
import { ownPlaces } from './own-places.ts';
import { replacedKeys } from './replaced-keys.ts';
import { takenBack, type TakenBack } from './taken-back.ts';

/**
 * Tells calls that do nothing but put back what somebody else had changed, take it away, give back what they took, or replace somebody's key.
 *
 * @param least `perhaps` takes those too of which the trail does not say whether that is how it was
 */
export function repairs(ground: HabitGround, least: 'proved' | 'perhaps'): (event: SeenEvent) => boolean {
  const { repairOf, takenBackBy, isAtHome } = known(ground);
  const byEvent = Map.groupBy(ground.effects.effects, ({ event }) => event);
  function isEnough(repair: PutBack | null, event: SeenEvent): boolean {
    if (repair === null) return false;
    return repair === 'proved' || (least === 'perhaps' && (repair === 'perhaps' || isAtHome(event)));
  }
  return (event) => {
    const left = byEvent.get(event) ?? [];
    const back = takenBackBy(event);
    const isGivenBack = ground.effects.givenBack.has(event);
    return (
      (left.length > 0 || back !== null || isGivenBack) &&
      (least === 'perhaps' || !isGivenBack) &&
      (back === null || isEnough(back.as, event)) &&
      left.every((each) => isEnough(repairOf(each), event))
    );
  };
}

/**
 * Tells calls that put back what somebody else had changed, or deny what somebody else does, from a place of the caller's own: from anywhere
 * else, whoever means to lock somebody out does the same.
 */
export function repairsAtHome(ground: HabitGround): (event: SeenEvent) => boolean {
  const isRepair = repairs(ground, 'perhaps');
  const { isAtHome } = known(ground);
  return (event) => isAtHome(event) && isRepair(event);
}

/**
 * Tells what others had done, put back by whoever answers for it: it gives nothing that was not given before, or was done from a place of
 * the caller's own. What may be a repair from anywhere is not left out of what is found.
 */
export function isOwnersRepair(ground: HabitGround): (each: CaseEffect) => boolean {
  const { repairOf, isAtHome } = known(ground);
  return (each) => {
    const repair = repairOf(each);
    return repair === 'proved' || (repair === 'at home' && isAtHome(each.event));
  };
}

const known = oncePerCase((ground: HabitGround) => {
  const isOwnPlace = ownPlaces(ground.calls.all, principalOf);
  const isChanged = changedOf(ground);
  const replaced = replacedKeys(ground.calls.all);
  const takenBackOf = takenBack(ground.calls, ground.effects);
  function takenBackBy(event: SeenEvent): TakenBack | null {
    if (replaced.has(event)) return { as: 'at home', isOtherSide: ({ kind }) => kind === 'key-created' };
    return takenBackOf(event);
  }
  return {
    takenBackBy,
    repairOf: (each: CaseEffect): PutBack | null => {
      const back = takenBackBy(each.event);
      return back?.isOtherSide(each.effect) === true ? back.as : putBack(each, ground.effects);
    },
    isAtHome: (event: SeenEvent): boolean => isOwnPlace(event) && !isChanged(event),
  };
});
