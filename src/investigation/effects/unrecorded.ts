import type { Effect } from './effect.ts';

/**
 * The name of what a record does not name, as one whose answer was cut off. Of that record alone: what two records leave unnamed is not one
 * thing, and no call that leaves out a name undoes what another made. Of signs that stand for themselves in keys of things.
 */
export const unrecorded = 'unknown(record)';

const begins = unrecorded.slice(0, -1);

/** Whether a name says that the record has none: alone, or behind what it is of (`SSH key ...`). */
export function isUnrecorded(name: string): boolean {
  return name.includes(begins);
}

/** A name for people to read. */
export function toldName(name: string): string {
  return name.replaceAll(/unknown\(record[^)]*\)/gu, '(its ID is not in the record)');
}

/** What a record left unnamed is named after the record. */
export function ofRecord(effects: readonly Effect[], eventId: string | undefined): readonly Effect[] {
  if (eventId === undefined) return effects;
  const name = `${begins}-${encodeURIComponent(eventId.toWellFormed())})`;
  return effects.map((effect) => renamed(effect, name));
}

function renamed<T>(value: T, name: string): T {
  if (typeof value === 'string') return value.replaceAll(unrecorded, () => name) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => renamed(each, name)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed<unknown>(each, name)])) as T;
}
