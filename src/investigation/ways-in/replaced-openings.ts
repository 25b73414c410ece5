import type { AccountId } from '../../model/ids.ts';
import type { LetIn } from '../effects/effect.ts';
import { narrowedClaims } from '../effects/narrower.ts';
import { organizationOf, stillLetsIn } from '../effects/still-lets-in.ts';
import { matchesGlob } from '../../cloudtrail/policy-globs.ts';
import type { WayInCandidate } from './candidate.ts';

/**
 * What a document that replaced another makes of those whom that one let in: an organization may have them in it, and a provider may vouch
 * for fewer.
 */
type Verdict = 'let in' | 'left out' | { readonly narrowedTo: string };

/** What is left of some whom an earlier document let in. */
export function verdictOf(
  later: readonly LetIn[],
  people: readonly LetIn[],
  accountId: AccountId,
  cameIn: readonly string[] = [],
): Verdict {
  const named = people.filter((who) => stillLetsIn(later, who, accountId));
  const fewer = new Map(named.map((who) => [who, fewerOf(who, later, cameIn)]));
  if (named.some((who) => who.kind !== 'organization' && fewer.get(who) === null)) return 'let in';
  const [narrowedTo] = [
    ...named.map((who) => fewer.get(who) ?? who.principal),
    ...people.flatMap((who) => organizationOf(later, who) ?? []),
  ];
  return narrowedTo === undefined ? 'left out' : { narrowedTo };
}

/** For whom alone a provider vouches since; null where it may be for somebody who came in by it in the case. */
function fewerOf(who: LetIn, later: readonly LetIn[], cameIn: readonly string[]): string | null {
  if (who.kind !== 'provider') return null;
  const same = later.filter(({ principal }) => principal === who.principal);
  const narrowed = same.map((each) => narrowedClaims(each, who));
  const letsInAgain = same.some((each) => cameIn.some((subject) => mayVouchFor(each, subject)));
  return letsInAgain || narrowed.includes(null) ? null : narrowed.join(', ');
}

/** Claims of the subject end so, whichever provider's they are. */
function mayVouchFor({ claims = {} }: LetIn, subject: string): boolean {
  return Object.entries(claims).some(
    ([key, patterns]) => key.endsWith(':sub') && patterns.some((pattern) => matchesGlob(pattern, subject)),
  );
}

/** The part of a way in that says for whom alone it is left. */
export function narrowing(verdict: Verdict): Pick<WayInCandidate, 'narrowedTo'> {
  return typeof verdict === 'object' ? verdict : {};
}
