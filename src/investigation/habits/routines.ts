import { changedIn, clientOf, oncePerCase, principalOf, type HabitGround } from '../findings/habit.ts';
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
export const routines = oncePerCase(routinesIn);

function routinesIn(ground: HabitGround): (event: SeenEvent) => boolean {
  const { all } = ground.calls;
  const known = new Map<string, string>();
  for (const event of all) {
    const [who, day] = [principalOf(event), dayOf(event)];
    if (day < (known.get(who) ?? '~')) known.set(who, day);
  }
  const daysOf = daysOfActs(all);
  // Whose key was only rotated is who they were.
  const isRotation = rotations(ground);
  const effects = ground.effects.effects.filter(({ event }) => !isRotation(event));
  const isChanged = changedIn({ ...ground, effects: { ...ground.effects, effects } });
  return (event) => {
    const act = actOf(event);
    const on = act === null ? [] : daysOf(act, event).toSorted();
    const first = Date.parse(on[0] ?? '');
    const isFromTheFirst = first - Date.parse(known.get(principalOf(event)) ?? '') <= dayMs;
    const isLong = Date.parse(on.at(-1) ?? '') - first >= settledDays * dayMs;
    return on.length >= routineDays && isFromTheFirst && isLong && !isChanged(event);
  };
}

/** On which days an act of a call was done: of a case's many calls only those by the names that are asked about are looked at closely. */
function daysOfActs(all: readonly SeenEvent[]): (act: string, event: SeenEvent) => readonly string[] {
  const byAction = Map.groupBy(all, ({ action }) => action);
  const known = new Map<string, ReadonlyMap<string | null, ReadonlySet<string>>>();
  return (act, { action }) => {
    const days = known.get(action) ?? daysByAct(byAction.get(action) ?? []);
    known.set(action, days);
    return [...(days.get(act) ?? [])];
  };
}

function daysByAct(events: readonly SeenEvent[]): ReadonlyMap<string | null, ReadonlySet<string>> {
  const days = new Map<string | null, Set<string>>();
  for (const event of events) {
    const act = actOf(event);
    days.set(act, (days.get(act) ?? new Set<string>()).add(dayOf(event)));
  }
  return days;
}

/** Null for what did not succeed: attempts are no routine. */
function actOf(event: SeenEvent): string | null {
  const { outcome, provider, action, region = '', sourceAddress, effects } = event;
  if (outcome !== 'success' || sourceAddress === undefined) return null;
  const ends = effects.map((effect) => endOf(effect, event, (name) => name));
  return JSON.stringify([principalOf(event), sourceAddress, clientOf(event), provider, action, region, ends]);
}
