import { accessKey, user } from '../../cloudtrail/identities.ts';
import type { AccountId } from '../../model/ids.ts';
import { hourMs } from '../../model/duration.ts';
import { thing } from '../effects/thing.ts';
import { principalOf } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';

/** Between the end of the old key and the new one, whichever comes first. */
const replacedWithinMs = hourMs;

/** A case in which more keys were made repairs none. */
const mostKeys = 20;

/**
 * Tells calls by which somebody replaced a key of another user, as whoever answers for it does with one that was stolen: a key that its user
 * had worked with was ended, within the hour a new one was made, and the new one is used from nowhere but where its user had called from.
 */
export function replacedKeys(all: readonly SeenEvent[]): ReadonlySet<SeenEvent> {
  const made = all.flatMap((event) =>
    event.effects.flatMap((effect) =>
      effect.kind === 'key-created' && !effect.reactivated && isPlain(event)
        ? [{ event, accountId: event.ref.accountId, ...effect }]
        : [],
    ),
  );
  return new Set(made.length > mostKeys ? [] : made.flatMap((each) => replacementBy(each, all)));
}

interface MadeKey {
  readonly event: SeenEvent;
  readonly accountId: AccountId;
  readonly userName: string;
  readonly accessKeyId: string;
}

/** The call that made the key, and those that ended others of its user; none where it replaces no key. */
function replacementBy(
  { event: made, accountId, userName, accessKeyId }: MadeKey,
  all: readonly SeenEvent[],
): readonly SeenEvent[] {
  const owner = user(accountId, userName).id;
  if (made.callers.includes(owner)) return [];
  const own = all.filter(({ callers }) => callers[0] === owner);
  const before = own.filter(({ at }) => Date.parse(at) < Date.parse(made.at));
  const old = new Set(before.flatMap((each) => each.accessKeyId ?? []).filter((key) => key !== accessKeyId));
  const places = new Set(before.map(({ sourceAddress }) => sourceAddress));
  const uses = all.filter(({ callers }) => callers.includes(accessKey(accessKeyId, accountId).id));
  const endings = all.filter(
    (each) =>
      isPlain(each) &&
      principalOf(each) === principalOf(made) &&
      Math.abs(Date.parse(each.at) - Date.parse(made.at)) <= replacedWithinMs &&
      endsOneOf(each, old),
  );
  return endings.length > 0 && uses.every(({ sourceAddress }) => places.has(sourceAddress)) ? [made, ...endings] : [];
}

function endsOneOf({ effects }: SeenEvent, keys: ReadonlySet<string>): boolean {
  return effects.some(
    (effect) => effect.kind === 'undone' && [...keys].some((key) => effect.things.includes(thing.accessKey(key))),
  );
}

/** It does nothing but make and end keys. */
function isPlain({ effects, attempted }: SeenEvent): boolean {
  return attempted.length === 0 && effects.every(({ kind }) => kind === 'key-created' || kind === 'undone');
}
