import { changedIn, clientOf, principalOf, type HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf } from './habit-days.ts';
import { endOf } from './roaming.ts';
import { rotations } from './rotations.ts';
import { settledDays } from './settled-place.ts';
import { dayMs } from '../../model/duration.ts';

/** On fewer days nothing is a routine. */
const routineDays = 7;

/**
 * Tells calls that the same one made again and again from the first day on that anything is known of it: the same act, to the same end, from
 * the same place with the same client, on seven days or more over two weeks. Where the records begin, a first alert on them says that
 * nothing is known of before, not that it was new; what was before nobody knows either, so it is no proved habit.
 */
export function routines(ground: HabitGround): (event: SeenEvent) => boolean {
  const known = new Map<string, string>();
  const days = new Map<string, Set<string>>();
  for (const event of ground.calls.all) {
    const [who, day, act] = [principalOf(event), dayOf(event), actOf(event)];
    if (day < (known.get(who) ?? '~')) known.set(who, day);
    if (act !== null) days.set(act, (days.get(act) ?? new Set<string>()).add(day));
  }
  // Whose key was only rotated is who they were.
  const isRotation = rotations(ground);
  const effects = ground.effects.effects.filter(({ event }) => !isRotation(event));
  const isChanged = changedIn({ ...ground, effects: { ...ground.effects, effects } });
  return (event) => {
    const act = actOf(event);
    const on = act === null ? [] : [...(days.get(act) ?? [])].toSorted();
    const first = Date.parse(on[0] ?? '');
    const isFromTheFirst = first - Date.parse(known.get(principalOf(event)) ?? '') <= dayMs;
    const isLong = Date.parse(on.at(-1) ?? '') - first >= settledDays * dayMs;
    return on.length >= routineDays && isFromTheFirst && isLong && !isChanged(event);
  };
}

/** Null for what did not succeed: attempts are no routine. */
function actOf(event: SeenEvent): string | null {
  const { outcome, provider, action, region = '', sourceAddress, effects } = event;
  if (outcome !== 'success' || sourceAddress === undefined) return null;
  const ends = effects.map((effect) => endOf(effect, event, (name) => name));
  return JSON.stringify([principalOf(event), sourceAddress, clientOf(event), provider, action, region, ends]);
}
