import { dayMs } from '../../model/duration.ts';
import { clientOf, oncePerCase, principalOf, type HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { changesOnlyKeys, endsOneOf, keysMade, mostKeysMade, useOf, type CreatedKey } from './changed-keys.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { settledDays } from './settled-place.ts';

/** Between a new key and the end of the old one. */
const rotationMs = 7 * dayMs;

/**
 * Tells calls of a rotation that was carried through: somebody made a key from where, and with what, they have worked for two weeks; every
 * call with it comes from where its user has worked as long; and the key that the user had before was taken away. An intruder who makes a
 * key to stay leaves the old one, or uses the new one from elsewhere.
 */
export const rotations = oncePerCase(rotationsIn);

function rotationsIn({ calls }: Pick<HabitGround, 'calls'>): (event: SeenEvent) => boolean {
  const made = keysMade(calls.all);
  if (made.length === 0 || made.length > mostKeysMade) return () => false;
  const isSettled = settledBefore(calls.all);
  const rotated = new Set(made.flatMap((each) => rotationOf(each, calls.all, isSettled)));
  return (event) => rotated.has(event);
}

/** The calls of one rotation; none where it is not one, or not to its end. */
function rotationOf(
  key: CreatedKey,
  all: readonly SeenEvent[],
  isSettled: (event: SeenEvent, who: string) => boolean,
): readonly SeenEvent[] {
  const { event } = key;
  const { owner, old, used } = useOf(key, all);
  const maker = principalOf(event);
  const endings = all.filter((each) => endsOneOf(each, old) && isWithin(event, each));
  const ended = [...old].every((each) => endings.some((ending) => endsOneOf(ending, [each])));
  const isTheirs =
    isSettled(event, maker) &&
    used.every((each) => isSettled(each, owner) && changesOnlyKeys(each)) &&
    endings.every((each) => [owner, maker].some((who) => principalOf(each) === who && isSettled(each, who)));
  return old.size > 0 && ended && isTheirs && changesOnlyKeys(event) ? [event, ...endings, ...used] : [];
}

function isWithin(from: SeenEvent, to: SeenEvent): boolean {
  const sinceMs = Date.parse(to.at) - Date.parse(from.at);
  return sinceMs >= 0 && sinceMs <= rotationMs;
}

/** Whether somebody has called from where a call comes, with its client, on several days, from two weeks before on. */
function settledBefore(all: readonly SeenEvent[]): (event: SeenEvent, who: string) => boolean {
  const days = new Map<string, Set<string>>();
  for (const event of all) {
    const place = placeOf(event, principalOf(event));
    days.set(place, (days.get(place) ?? new Set<string>()).add(dayOf(event)));
  }
  return (event, who) => {
    const before = [...(days.get(placeOf(event, who)) ?? [])].filter((day) => day < dayOf(event)).toSorted();
    return before.length >= habitDays && Date.parse(dayOf(event)) - Date.parse(before[0] ?? '') >= settledDays * dayMs;
  };
}

function placeOf(event: SeenEvent, who: string): string {
  return JSON.stringify([who, event.sourceAddress ?? '', clientOf(event)]);
}
