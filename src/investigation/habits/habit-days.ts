import type { SeenEvent } from '../seen-event.ts';

/** Alike on as many days before as this, a call is a habit. */
export const habitDays = 3;

/** The day of the first of some calls, in UTC; null of none. */
export function firstDayOf(calls: readonly SeenEvent[]): string | null {
  return calls.map(dayOf).toSorted()[0] ?? null;
}

/** The day of a call, in UTC: habits are counted in days. */
export function dayOf({ at }: SeenEvent): string {
  return at.slice(0, 10);
}

/**
 * Whether a call destroys something on a day on which twice as much of it was destroyed as on any other: that is no more what is done daily.
 *
 * @param counts how often it was done, by day
 */
export function destroysMoreThanEver(event: SeenEvent, counts: ReadonlyMap<string, number>): boolean {
  if (!event.effects.some(({ kind }) => kind === 'data-destroyed')) return false;
  const others = [...counts].filter(([day]) => day !== dayOf(event)).map(([, count]) => count);
  return (counts.get(dayOf(event)) ?? 0) >= 2 * Math.max(0, ...others);
}
