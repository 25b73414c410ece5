import { accessKey, user } from '../../cloudtrail/identities.ts';
import type { AccountId } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import { thing } from '../effects/thing.ts';
import type { SeenEvent } from '../seen-event.ts';

/** A case in which more keys were made is none of owners who see to theirs. */
export const mostKeysMade = 20;

/** A key that was made, and for whom. */
export interface CreatedKey {
  readonly event: SeenEvent;
  readonly accountId: AccountId;
  readonly userName: string;
  readonly accessKeyId: string;
}

export function keysMade(all: readonly SeenEvent[]): readonly CreatedKey[] {
  return all.flatMap((event) =>
    event.effects.flatMap((effect) =>
      effect.kind === 'key-created' && !effect.reactivated
        ? [{ event, accountId: event.ref.accountId, userName: effect.userName, accessKeyId: effect.accessKeyId }]
        : [],
    ),
  );
}

/** What is known of a key that was made, and of its user until then. */
export interface KeyUse {
  readonly owner: IdentityId;
  /** The user's own calls before. */
  readonly before: readonly SeenEvent[];
  /** The other keys that the user worked with before. */
  readonly old: ReadonlySet<string>;
  readonly used: readonly SeenEvent[];
}

export function useOf({ event, accountId, userName, accessKeyId }: CreatedKey, all: readonly SeenEvent[]): KeyUse {
  const owner = user(accountId, userName).id;
  const before = all.filter(({ at, callers }) => callers[0] === owner && Date.parse(at) < Date.parse(event.at));
  const old = new Set(before.flatMap((each) => each.accessKeyId ?? []).filter((key) => key !== accessKeyId));
  const used = all.filter(({ callers }) => callers.includes(accessKey(accessKeyId, accountId).id));
  return { owner, before, old, used };
}

/** Whether a call ended one of these keys. */
export function endsOneOf({ effects }: SeenEvent, keys: Iterable<string>): boolean {
  const things = new Set([...keys].map((key) => thing.accessKey(key)));
  return effects.some((effect) => effect.kind === 'undone' && effect.things.some((each) => things.has(each)));
}

/** Whether a call does nothing but make and end keys. */
export function changesOnlyKeys({ effects, attempted }: SeenEvent): boolean {
  return attempted.length === 0 && effects.every(({ kind }) => kind === 'key-created' || kind === 'undone');
}
