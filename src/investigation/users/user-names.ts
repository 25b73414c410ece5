import type { AccountId, Instant } from '../../model/ids.ts';
import { earliestFirst } from '../../model/instant.ts';
import type { SeenEvent } from '../seen-event.ts';

export interface NamedUser {
  readonly accountId: AccountId;
  readonly userName: string;
}

/** A name that a user had, and from when on. */
export interface NameStage extends NamedUser {
  readonly from: Instant;
}

/** What users are called in the course of a case: a rename takes a user's keys, password and policies along. */
export interface UserNames {
  /** The names of who had a name at an instant, from that one to its latest. */
  readonly stages: (user: NamedUser, from: Instant) => readonly [NameStage, ...NameStage[]];
  /** The latest name of who had a name at an instant. */
  readonly latest: (user: NamedUser, from: Instant) => string;
  /** Whether anybody of a name was ever renamed. */
  readonly isRenamed: (user: NamedUser) => boolean;
  /**
   * Whether a name belonged at an instant to who had another, or the same, earlier; false where the records do not tell, as of two
   * renames within one second.
   */
  readonly isNameAt: (user: NamedUser, from: Instant, name: string, at: Instant) => boolean;
}

interface Rename extends NamedUser {
  readonly newName: string;
  readonly at: Instant;
}

/** Reads the renames in a case's records, in any order. */
export function userNamesIn(all: readonly SeenEvent[]): UserNames {
  const renames = all
    .flatMap(({ effects, at, ref }) =>
      effects.flatMap((effect): readonly Rename[] =>
        effect.kind === 'user-renamed'
          ? [{ accountId: ref.accountId, userName: effect.userName, newName: effect.newName, at }]
          : [],
      ),
    )
    .toSorted(earliestFirst);
  function renamesOf(user: NamedUser, from: Instant): readonly Rename[] {
    const found: Rename[] = [];
    let { userName } = user;
    for (const each of renames) {
      if (each.accountId !== user.accountId || Date.parse(each.at) < Date.parse(from)) continue;
      if (!isSame(each.userName, userName)) continue;
      found.push(each);
      userName = each.newName;
    }
    return found;
  }
  const stages: UserNames['stages'] = (user, from) => [
    { accountId: user.accountId, userName: user.userName, from },
    ...renamesOf(user, from).map(({ newName, at }) => ({ accountId: user.accountId, userName: newName, from: at })),
  ];
  return {
    stages,
    latest: (user, from) => renamesOf(user, from).at(-1)?.newName ?? user.userName,
    isRenamed: ({ accountId, userName }) =>
      renames.some((each) => each.accountId === accountId && isSame(each.userName, userName)),
    isNameAt(user, from, name, at) {
      const until = renamesOf(user, from).filter((each) => Date.parse(each.at) <= Date.parse(at));
      if (until.some((each) => isUnclear(each, renames))) return false;
      return isSame(until.at(-1)?.newName ?? user.userName, name);
    },
  };
}

/** Within the second of a rename the user was renamed again, or before: nobody knows which came last. */
function isUnclear(rename: Rename, renames: readonly Rename[]): boolean {
  return renames.some(
    (each) =>
      each !== rename &&
      each.accountId === rename.accountId &&
      Date.parse(each.at) === Date.parse(rename.at) &&
      isSame(each.userName, rename.newName),
  );
}

/** IAM has no two names that differ in case alone (IAM User Guide, names). */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
