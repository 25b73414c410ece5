import { changedIn, clientOf, oncePerCase, principalOf, type HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, destroysMoreThanEver } from './habit-days.ts';
import { endOf, roamingActs } from './roaming.ts';
import { rotations } from './rotations.ts';
import { settledDays } from './settled-place.ts';
import { dayMs } from '../../model/duration.ts';

/** On fewer days nothing is a routine. */
const routineDays = 7;

/**
 * Tells calls that the same one made again and again from the first day on that anything is known of it: the same act, to the same end, from
 * the same place with the same client, on seven days or more over two weeks; of a role that comes from new places every day, what
 * {@link roamingActs} takes for the same. Where the records begin, a first alert on them says that
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
  const succeeded = all.filter(({ outcome }) => outcome === 'success');
  const roaming = roamingActs({ all, links: ground.material.links, principalOf }, succeeded);
  return (event) => {
    const roamed = roaming?.daysOf(event) ?? [];
    if (isLongRoutine(roamed) && roaming?.isFromTheFirst(event) === true) return !isChanged(event);
    const act = actOf(event);
    const on = act === null ? [] : daysOf(act, event).toSorted();
    const isFromTheFirst = Date.parse(on[0] ?? '') - Date.parse(known.get(principalOf(event)) ?? '') <= dayMs;
    return isLongRoutine(on) && isFromTheFirst && !isChanged(event);
  };
}

/** @param days in order */
function isLongRoutine(days: readonly string[]): boolean {
  return days.length >= routineDays && Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '') >= settledDays * dayMs;
}

/** On which days an act of a call was done: of a case's many calls only those by the names that are asked about are looked at closely. */
function daysOfActs(all: readonly SeenEvent[]): (act: string, event: SeenEvent) => readonly string[] {
  const byAction = Map.groupBy(all, ({ action }) => action);
  const known = new Map<string, ReadonlyMap<string | null, ReadonlyMap<string, number>>>();
  return (act, event) => {
    const days = known.get(event.action) ?? daysByAct(byAction.get(event.action) ?? []);
    known.set(event.action, days);
    const counts = days.get(act) ?? new Map<string, number>();
    return destroysMoreThanEver(event, counts) ? [] : [...counts.keys()];
  };
}

/** How often each act was done on which days. */
function daysByAct(events: readonly SeenEvent[]): ReadonlyMap<string | null, ReadonlyMap<string, number>> {
  const days = new Map<string | null, Map<string, number>>();
  for (const event of events) {
    const act = actOf(event);
    const counts = days.get(act) ?? new Map<string, number>();
    days.set(act, counts.set(dayOf(event), (counts.get(dayOf(event)) ?? 0) + 1));
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
