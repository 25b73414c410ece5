import { hourMs } from '../../model/duration.ts';
import { principalOf } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { changesOnlyKeys, endsOneOf, keysMade, mostKeysMade, useOf, type CreatedKey } from './changed-keys.ts';

/** Between the end of the old key and the new one, whichever comes first. */
const replacedWithinMs = hourMs;

/**
 * Tells calls by which somebody replaced a key of another user, as whoever answers for it does with one that was stolen: a key that its user
 * had worked with was ended, within the hour a new one was made, and the new one is used from nowhere but where its user had called from.
 */
export function replacedKeys(all: readonly SeenEvent[]): ReadonlySet<SeenEvent> {
  const made = keysMade(all).filter(({ event }) => changesOnlyKeys(event));
  return new Set(made.length > mostKeysMade ? [] : made.flatMap((each) => replacementBy(each, all)));
}

/** The call that made the key, and those that ended others of its user; none where it replaces no key. */
function replacementBy(key: CreatedKey, all: readonly SeenEvent[]): readonly SeenEvent[] {
  const { event: made } = key;
  const { owner, before, old, used } = useOf(key, all);
  if (made.callers.includes(owner)) return [];
  const places = new Set(before.map(({ sourceAddress }) => sourceAddress));
  const endings = all.filter(
    (each) =>
      changesOnlyKeys(each) &&
      principalOf(each) === principalOf(made) &&
      Math.abs(Date.parse(each.at) - Date.parse(made.at)) <= replacedWithinMs &&
      endsOneOf(each, old),
  );
  return endings.length > 0 && used.every(({ sourceAddress }) => places.has(sourceAddress)) ? [made, ...endings] : [];
}
