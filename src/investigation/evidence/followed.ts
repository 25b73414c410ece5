/** What a case follows, by what it is called in a sentence; most of each. */
const mostFollowed = { credentials: 200, users: 50, sessions: 100, addresses: 50 } as const;
export type Followed = keyof typeof mostFollowed;

/** More of a kind than are followed: how many, and which would be the next. */
export interface NotFollowed {
  readonly what: Followed;
  readonly count: number;
  readonly first: string;
}

/** Longer than any name that AWS gives or takes: what is longer was made up, and is not looked for. */
const longestName = 1_024;

/** Each once, as many as are followed; of the others, how many there are. */
export function followed<T>(
  what: Followed,
  all: readonly T[],
  nameOf: (each: T) => string,
): { readonly followed: readonly T[]; readonly notFollowed: readonly NotFollowed[] } {
  const distinct = [...new Map(all.map((each) => [nameOf(each), each])).values()];
  const possible = distinct.filter((each) => nameOf(each).length <= longestName);
  const taken = possible.slice(0, mostFollowed[what]);
  const rest = [...possible.slice(taken.length), ...distinct.filter((each) => nameOf(each).length > longestName)];
  const [first] = rest;
  return {
    followed: taken,
    notFollowed: first === undefined ? [] : [{ what, count: rest.length, first: nameOf(first).slice(0, longestName) }],
  };
}

/** {@link followed} of names, without those that are absent or empty. */
export function followedNames(what: Followed, names: readonly (string | undefined)[]) {
  const given = names.filter((name) => name !== undefined && name !== '') as string[]; // undefined is filtered out
  return followed(what, given, (name) => name);
}
