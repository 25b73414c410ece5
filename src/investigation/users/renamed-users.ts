import type { Instant } from '../../model/ids.ts';
import { compareInstants, earlierOf } from '../../model/instant.ts';
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
      const renamed =
        effect.kind === 'user-renamed'
          ? thing.user(ref.accountId, effect.userName)
          : thing.group(ref.accountId, effect.groupName);
      renames.set(renamed, earlierOf(renames.get(renamed) ?? null, at));
    }
  }
  return (key) => {
    const named = renames.size === 0 ? [] : namedIn(key);
    const [first] = named.flatMap((each) => renames.get(each) ?? []).toSorted(compareInstants);
    return first ?? null;
  };
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
