import type { Instant } from '../model/ids.ts';
import type { ThingKey } from './effects/effect.ts';
import { thing } from './effects/thing.ts';
import type { SeenEvent } from './seen-event.ts';

/** When the user in a thing's key was first renamed; `null` where it never was. */
export type RenamedAt = (key: ThingKey) => Instant | null;

/**
 * Finds whose names tell no longer who is meant. Records name users by name alone: after a rename, what ends a user of the old name may
 * end another, made in the meantime.
 */
export function renamedUsersIn(all: readonly SeenEvent[]): RenamedAt {
  const renames = new Map<ThingKey, Instant>();
  for (const { effects, at, ref } of all) {
    for (const effect of effects) {
      if (effect.kind !== 'user-renamed') continue;
      const user = thing.user(ref.accountId, effect.userName);
      const known = renames.get(user);
      if (known === undefined || Date.parse(at) < Date.parse(known)) renames.set(user, at);
    }
  }
  return (key) => {
    const user = renames.size === 0 ? undefined : userIn(key);
    return user === undefined ? null : (renames.get(user) ?? null);
  };
}

/** The key of the user whose name a thing's key has in it. */
function userIn(key: ThingKey): ThingKey | undefined {
  const [kind, account, first, second] = key.split('/');
  switch (kind) {
    case 'user':
    case 'password':
    case 'denied-user':
    case 'membership':
      return `user/${account}/${first}`;
    case 'policy':
      return first === 'user' ? `user/${account}/${second}` : undefined;
    default:
      return undefined;
  }
}
