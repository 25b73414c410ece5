import { dayMs } from '../../model/duration.ts';
import { earliestFirst } from '../../model/instant.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { isConsoleSession, kindOf } from './identity-parts.ts';

/** That a session is a person's, as each of its calls says; one link for each key and address that it was used with. */
export function isPersonsUse({ how, from, gave }: Link): boolean {
  return how === 'signed-in' && gave === undefined && kindOf(from) === 'person';
}

/** The same of uses of one session with one key from one address. */
export function useKey({ madeWith = '', source = '' }: Link): string {
  return `${madeWith} ${source}`;
}

/** Of a person's uses of each session the first: that it is theirs. The others are links as they are. */
export function withoutLaterUses(links: readonly Link[]): readonly Link[] {
  const uses = links.filter(isPersonsUse);
  if (uses.length < 2) return links;
  const firsts = new Map<string, Link>();
  for (const use of uses) {
    const session = `${use.from} ${use.to}`;
    const known = firsts.get(session);
    if (known === undefined || Date.parse(use.at) < Date.parse(known.at)) firsts.set(session, use);
  }
  const kept = new Set(firsts.values());
  return links.filter((link) => !isPersonsUse(link) || kept.has(link));
}

/** What is known of the password of somebody of a directory that the intruder set. */
export interface SetPassword {
  /** When the intruder set it first. */
  readonly sinceMs: number;
  /** Where the intruder is known to have called from. */
  readonly addresses: ReadonlySet<string>;
  /** Keys and sessions that alerts are about. */
  readonly suspected: ReadonlySet<IdentityId>;
  /** False once somebody else has set it again. */
  readonly isTheirs: (use: Link) => boolean;
}

/** Whose a person's sessions are, since the intruder has known the password. */
export interface UsesApart {
  readonly theirs: readonly Link[];
  /** By the person or the intruder: the records do not tell. */
  readonly untold: readonly Link[];
  /** Where the person had been before. */
  readonly places: ReadonlySet<string>;
}

/**
 * Tells the uses of a person's sessions apart, since the intruder set the person's password. Whoever is signed in stays so without it:
 * what comes from where the person was before, or with a key that was used there too, is their own. The intruder's is what comes from the
 * intruder's addresses, and, until somebody else sets the password again, what comes from where the person never was: for whom that says
 * nothing, as they come from new addresses all the time or no record has them before, what alerts are about.
 */
export function usesApart(uses: readonly Link[], password: SetPassword): UsesApart {
  const { sinceMs, addresses, suspected, isTheirs } = password;
  const before = uses.filter(({ at }) => Date.parse(at) < sinceMs);
  const places = new Set(before.flatMap(({ source }) => source ?? []));
  const ownKeys = new Set(
    uses.flatMap(({ source = '', madeWith = '' }) =>
      places.has(source) && !isConsoleSession(madeWith) ? [madeWith] : [],
    ),
  );
  const isPlaceKnown = places.size > 0 && !isRoaming(before, sinceMs);
  function whose(use: Link): 'theirs' | 'untold' | 'own' {
    const { source, madeWith } = use;
    if (source === undefined || madeWith === undefined) return 'own';
    // Several work at one address: that the intruder called from there too makes nobody else's work theirs.
    if (places.has(source)) return addresses.has(source) ? 'untold' : 'own';
    if (addresses.has(source)) return 'theirs';
    if (ownKeys.has(madeWith) || !isTheirs(use)) return 'own';
    return isPlaceKnown || suspected.has(madeWith) ? 'theirs' : 'untold';
  }
  const since = Map.groupBy(
    uses.filter(({ at }) => Date.parse(at) >= sinceMs),
    whose,
  );
  return { theirs: since.get('theirs') ?? [], untold: since.get('untold') ?? [], places };
}

/** So many days before, somebody's new addresses tell whether they roam. */
const roamingDays = 14;
/** Whoever came from a new address on more of these days than this will do so again. */
const mostNewDays = 2;

/** Whether a person came from new addresses on many days; the first day that is known of them shows no habit. */
function isRoaming(before: readonly Link[], untilMs: number): boolean {
  const firsts = new Map<string, string>();
  for (const { source, at } of before.toSorted(earliestFirst)) {
    if (source !== undefined && !firsts.has(source)) firsts.set(source, at);
  }
  const days = new Set(
    [...firsts.values()].filter((at) => untilMs - Date.parse(at) <= roamingDays * dayMs).map((at) => at.slice(0, 10)),
  );
  const [firstDay = ''] = [...firsts.values()].map((at) => at.slice(0, 10)).toSorted();
  days.delete(firstDay);
  return days.size > mostNewDays;
}
