import { minuteMs } from '../../model/duration.ts';

/** A watch looks at the trail a dozen times, but no more often than every 2 s. */
export const looksPerWatch = 12;
export const shortestLookMs = 2_000;
const longestWaitMs = 15 * minuteMs;

/** While people think, the store is looked at as often as in a watch; nobody else is asked. @param watchMs how long a watch is */
export function storeLookEveryMs(watchMs: number | null): number {
  return Math.min(longestWaitMs, Math.max(shortestLookMs, (watchMs ?? longestWaitMs) / looksPerWatch));
}
