import { changedOf, principalOf, type HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { putBack, type PutBack } from '../ways-in/put-back.ts';
import { ownPlaces } from './own-places.ts';

/**
 * Tells calls that do nothing but put back what somebody else had changed, or take away. Whoever
 * sets another's password has it, whatever stood before: that is a repair from a place of the caller's own alone.
 *
 * @param least `perhaps` takes those too of which the trail does not say whether that is how it was
 */
export function repairs(ground: HabitGround, least: PutBack): (event: SeenEvent) => boolean {
  const { effects, calls } = ground;
  const isOwnPlace = ownPlaces(calls.all, principalOf);
  const isChanged = changedOf(ground);
  function isTrusted(event: SeenEvent): boolean {
    return isOwnPlace(event) && !isChanged(event);
  }
  const byEvent = Map.groupBy(effects.effects, ({ event }) => event);
  return (event) => {
    const left = byEvent.get(event) ?? [];
    return (
      left.length > 0 &&
      left.every((each) => {
        const repair = putBack(each, effects);
        if (each.effect.kind === 'password-set' && !isTrusted(event)) return false;
        return repair === 'proved' || (repair === 'perhaps' && least === 'perhaps');
      })
    );
  };
}
