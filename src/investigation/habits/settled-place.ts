import type { SeenEvent } from '../seen-event.ts';
import { dayOf } from './habit-days.ts';
import { dayMs } from '../../model/duration.ts';

/** From so long before the first alert a new place is one's own: an intruder who waits longer is not told from its owner by habits. */
export const settledDays = 14;

/**
 * Tells whether whoever made a call has been where it came from for as long as they are known, or for two weeks before the first alert.
 * Whoever comes to credentials that others have worked with from elsewhere makes no habit there in a few days, whatever succeeds.
 *
 * @param whoOf whose habit a call is
 * @param firstDay the day of the first call that is alerted on, `2026-11-24`
 */
export function settledPlaces(
  all: readonly SeenEvent[],
  whoOf: (event: SeenEvent) => string,
  firstDay: string,
): (event: SeenEvent) => boolean {
  const isSettled = settledBefore(all, whoOf);
  return (event) => isSettled(event, firstDay);
}

/** The same where each call is asked about as of a day of its own. */
export function settledBefore(
  all: readonly SeenEvent[],
  whoOf: (event: SeenEvent) => string,
): (event: SeenEvent, firstDay: string) => boolean {
  const known = new Map<string, string>();
  const there = new Map<string, string>();
  for (const event of all) {
    const day = dayOf(event);
    keepEarlier(known, whoOf(event), day);
    keepEarlier(there, placeOfCaller(event, whoOf), day);
  }
  return (event, firstDay) => {
    const latest = Date.parse(firstDay) - settledDays * dayMs;
    const came = Date.parse(there.get(placeOfCaller(event, whoOf)) ?? '');
    return came <= latest || came - Date.parse(known.get(whoOf(event)) ?? '') <= dayMs;
  };
}

function keepEarlier(days: Map<string, string>, key: string, day: string): void {
  const before = days.get(key);
  if (before === undefined || day < before) days.set(key, day);
}

/** Who called from where. */
export function placeOfCaller(event: SeenEvent, whoOf: (event: SeenEvent) => string): string {
  return `${whoOf(event)} ${event.sourceAddress ?? ''}`;
}
