import type { SeenEvent } from '../seen-event.ts';
import type { NamedUser } from './user-names.ts';

/** Which unique IDs (`AIDA...`) users of a name had: names are reused, IDs are not. */
export interface UserIds {
  /** Whether the user that has an ID may be one of a name; `null` is an ID that nobody knows. */
  readonly mayBe: (user: NamedUser, userId: string | null) => boolean;
}

/** Reads the IDs in records: of those who called, and of those who were made. */
export function userIdsIn(all: readonly SeenEvent[]): UserIds {
  const ids = new Map<string, Set<string>>();
  function add({ accountId, userName }: NamedUser, userId: string | null | undefined): void {
    if (userId === null || userId === undefined) return;
    const key = `${accountId}/${userName.toLowerCase()}`;
    ids.set(key, (ids.get(key) ?? new Set()).add(userId));
  }
  for (const { actor, effects, ref } of all) {
    if (actor.kind === 'user') add({ accountId: actor.accountId, userName: actor.name }, actor.userId);
    for (const effect of effects) {
      if (effect.kind === 'user-created') add({ accountId: ref.accountId, userName: effect.userName }, effect.userId);
    }
  }
  return {
    mayBe: ({ accountId, userName }, userId) =>
      userId === null || (ids.get(`${accountId}/${userName.toLowerCase()}`)?.has(userId) ?? true),
  };
}
