import type { Instant } from '../../model/ids.ts';
import { compareInstants } from '../../model/instant.ts';
import type { ThingKey } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import type { SeenEvent } from '../seen-event.ts';

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
      if (effect.kind !== 'user-renamed' && effect.kind !== 'group-renamed') continue;
      const user =
        effect.kind === 'user-renamed'
          ? thing.user(ref.accountId, effect.userName)
          : groupKey(ref.accountId, effect.groupName);
      const known = renames.get(user);
      if (known === undefined || Date.parse(at) < Date.parse(known)) renames.set(user, at);
    }
  }
  return (key) => {
    const named = renames.size === 0 ? [] : namedIn(key);
    const [first] = named.flatMap((each) => renames.get(each) ?? []).toSorted(compareInstants);
    return first ?? null;
  };
}

function groupKey(account: string, name: string): ThingKey {
  return ['group', account, name.toLowerCase()].map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** The keys of the user and the group whose names a thing's key has in it. */
function namedIn(key: ThingKey): readonly ThingKey[] {
  const [kind, account, first, second] = key.split('/');
  switch (kind) {
    case 'user':
    case 'password':
    case 'denied-user':
      return [`user/${account}/${first}`];
    case 'membership':
      return [`user/${account}/${first}`, `group/${account}/${second}`];
    case 'policy':
      return first === 'user' || first === 'group' ? [`${first}/${account}/${second}`] : [];
    default:
      return [];
  }
}
