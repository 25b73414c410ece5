import { accessKey, user } from '../../cloudtrail/identities.ts';
import type { AccountId } from '../../model/ids.ts';
import { dayMs } from '../../model/duration.ts';
import { thing } from '../effects/thing.ts';
import { clientOf, oncePerCase, principalOf, type HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { settledDays } from './settled-place.ts';

/** Between a new key and the end of the old one. */
const rotationMs = 7 * dayMs;

/** A case in which more keys were made is none of a rotation. */
const mostKeys = 20;

/** A key that was made, and for whom. */
interface Made {
  readonly event: SeenEvent;
  readonly accountId: AccountId;
  readonly userName: string;
  readonly accessKeyId: string;
}

/**
 * Tells calls of a rotation that was carried through: somebody made a key from where, and with what, they have worked for two weeks; every
 * call with it comes from where its user has worked as long; and the key that the user had before was taken away. An intruder who makes a
 * key to stay leaves the old one, or uses the new one from elsewhere.
 */
export const rotations = oncePerCase(rotationsIn);

function rotationsIn({ calls }: Pick<HabitGround, 'calls'>): (event: SeenEvent) => boolean {
  const made = keysMade(calls.all);
  if (made.length === 0 || made.length > mostKeys) return () => false;
  const isSettled = settledBefore(calls.all);
  const rotated = new Set(made.flatMap((each) => rotationOf(each, calls.all, isSettled)));
  return (event) => rotated.has(event);
}

function keysMade(all: readonly SeenEvent[]): readonly Made[] {
  return all.flatMap((event) =>
    event.effects.flatMap((effect) =>
      effect.kind === 'key-created' && !effect.reactivated
        ? [{ event, accountId: event.ref.accountId, userName: effect.userName, accessKeyId: effect.accessKeyId }]
        : [],
    ),
  );
}

/** The calls of one rotation; none where it is not one, or not to its end. */
function rotationOf(
  { event, accountId, userName, accessKeyId }: Made,
  all: readonly SeenEvent[],
  isSettled: (event: SeenEvent, who: string) => boolean,
): readonly SeenEvent[] {
  const owner = user(accountId, userName).id;
  const maker = principalOf(event);
  const before = all.filter((each) => Date.parse(each.at) < Date.parse(event.at));
  const old = new Set(
    before.flatMap((each) =>
      each.callers[0] === owner && each.accessKeyId !== undefined && each.accessKeyId !== accessKeyId
        ? [each.accessKeyId]
        : [],
    ),
  );
  const endings = all.filter((each) => endedBy(each, [...old]) && isWithin(event, each));
  const used = all.filter((each) => each.callers.includes(accessKey(accessKeyId, accountId).id));
  const ended = [...old].every((key) => endings.some((each) => endedBy(each, [key])));
  const isTheirs =
    isSettled(event, maker) &&
    used.every((each) => isSettled(each, owner) && isPlain(each)) &&
    endings.every((each) => [owner, maker].some((who) => principalOf(each) === who && isSettled(each, who)));
  return old.size > 0 && ended && isTheirs && isPlain(event) ? [event, ...endings, ...used] : [];
}

function endedBy({ effects }: SeenEvent, keys: readonly string[]): boolean {
  return effects.some(
    (effect) => effect.kind === 'undone' && keys.some((key) => effect.things.includes(thing.accessKey(key))),
  );
}

function isWithin(from: SeenEvent, to: SeenEvent): boolean {
  const sinceMs = Date.parse(to.at) - Date.parse(from.at);
  return sinceMs >= 0 && sinceMs <= rotationMs;
}

/** It leaves nothing but keys behind. */
function isPlain({ effects, attempted }: SeenEvent): boolean {
  return attempted.length === 0 && effects.every(({ kind }) => kind === 'key-created' || kind === 'undone');
}

/** Whether somebody has called from where a call comes, with its client, on several days, from two weeks before on. */
function settledBefore(all: readonly SeenEvent[]): (event: SeenEvent, who: string) => boolean {
  const days = new Map<string, Set<string>>();
  for (const event of all) {
    const place = placeOf(event, principalOf(event));
    days.set(place, (days.get(place) ?? new Set<string>()).add(dayOf(event)));
  }
  return (event, who) => {
    const before = [...(days.get(placeOf(event, who)) ?? [])].filter((day) => day < dayOf(event)).toSorted();
    return before.length >= habitDays && Date.parse(dayOf(event)) - Date.parse(before[0] ?? '') >= settledDays * dayMs;
  };
}

function placeOf(event: SeenEvent, who: string): string {
  return JSON.stringify([who, event.sourceAddress ?? '', clientOf(event)]);
}
