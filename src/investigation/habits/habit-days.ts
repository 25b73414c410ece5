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
