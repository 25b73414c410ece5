import type { Instant } from '../../model/ids.ts';
import { compareInstants } from '../../model/instant.ts';
import type { ThingKey } from '../effects/effect.ts';
import type { Reopening } from './case-material.ts';

/** When an undoing of ours last opened a thing again; null where none did. */
export type ReopenedAt = (things: readonly ThingKey[]) => Instant | null;

/** Tells when undoings of ours last opened things again. */
export function reopenedAtBy(reopenings: readonly Reopening[]): ReopenedAt {
  const reopened = lastReopenings(reopenings);
  return (things) =>
    things
      .flatMap((key) => reopened.get(key) ?? [])
      .toSorted(compareInstants)
      .at(-1) ?? null;
}

function lastReopenings(reopenings: readonly Reopening[]): ReadonlyMap<ThingKey, Instant> {
  const last = new Map<ThingKey, Instant>();
  for (const { things, at } of reopenings) {
    for (const key of things) {
      const known = last.get(key);
      if (known === undefined || Date.parse(at) > Date.parse(known)) last.set(key, at);
    }
  }
  return last;
}

/** The trail's records of what we opened again come minutes later: until then, only our own word tells that it is open. */
export function isAfter(at: Instant, reopenedAt: Instant | null): boolean {
  return reopenedAt === null || Date.parse(at) > Date.parse(reopenedAt);
}
