import type { Instant } from './ids.ts';

/** The instant of the clock: the machine's, or in a workflow the workflow's own, the same in every replay. */
export function currentInstant(): Instant {
  return instantOfMs(Date.now());
}

/** An instant as it is written everywhere but in trails: UTC, with milliseconds. @throws RangeError beyond what a date can be. */
export function instantOfMs(ms: number): Instant {
  return new Date(ms).toISOString() as Instant;
}

/** The same as CloudTrail writes it: without a fraction where there is none, `2026-11-24T12:00:00Z`. */
export function trailInstantOfMs(ms: number): Instant {
  return new Date(ms).toISOString().replace('.000Z', 'Z') as Instant;
}

/** The instant that lies so many milliseconds after another, or before it where they are negative. */
export function instantAfter(instant: Instant, ms: number): Instant {
  return instantOfMs(Date.parse(instant) + ms);
}

/** The order of two instants, for `toSorted`; the ways they are written differ, so that texts have no order. */
export function compareInstants(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}

/** The order of things that each happened at an instant, for `toSorted`. */
export function earliestFirst(a: { readonly at: string }, b: { readonly at: string }): number {
  return compareInstants(a.at, b.at);
}

/** The earlier of two instants; the second where there is no first yet. */
export function earlierOf(known: Instant | null, at: Instant): Instant {
  return known === null || compareInstants(at, known) < 0 ? at : known;
}

/** The later of two instants; the second where there is no first yet. */
export function laterOf(known: Instant | null, at: Instant): Instant {
  return known === null || compareInstants(at, known) > 0 ? at : known;
}
