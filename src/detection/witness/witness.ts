import { rankOfField } from '../index/asking-order.ts';
import type { WildcardPiece } from '../eql/wildcard.ts';

/**
 * What an event must have for a rule to match: at the path a value with one of the words in it, ASCII letters in either case.
 * The empty word is in every value. It may name too many words, never too few.
 */
export interface Witness {
  readonly path: string;
  readonly words: readonly string[];
}

/** For each path, the words of which one must occur there. */
export type Witnesses = ReadonlyMap<string, readonly string[]>;

export const noWitnesses: Witnesses = new Map();

/** Longer words tell no more, and would only make the search larger. */
const maxWordLength = 32;
/** A rule that lists more is seldom left out by them. */
const maxWords = 64;

/** Fields that are looked up at once, and whose values tell: a search there costs less than asking the rules. */
const searchedPaths: ReadonlySet<string> = new Set([
  'aws.cloudtrail.user_identity.access_key_id',
  'aws.cloudtrail.user_identity.session_context.session_issuer.arn',
  'aws.cloudtrail.user_identity.arn',
  'aws.cloudtrail.error_code',
  'user_agent.original',
  'user.name',
]);

/** Fields that records have from enrichment only, if at all: to have a value is enough. */
const enrichedPath = /^source\.(?:as|geo)\./;

/** Of conditions that must all hold: what each needs. */
export function witnessesOfAll(each: readonly Witnesses[]): Witnesses {
  const all = new Map<string, readonly string[]>();
  for (const [path, words] of each.flatMap((witnesses) => [...witnesses])) {
    const known = all.get(path);
    if (known === undefined || leastLength(words) > leastLength(known)) all.set(path, words);
  }
  return all;
}

/** Of conditions of which one must hold: the paths that all of them need, with the words of all. */
export function witnessesOfAny(each: readonly Witnesses[]): Witnesses {
  const [first = noWitnesses, ...others] = each;
  const shared = [...first.keys()].filter((path) => others.every((witnesses) => witnesses.has(path)));
  return new Map(shared.map((path) => [path, [...new Set(each.flatMap((witnesses) => witnesses.get(path) ?? []))]]));
}

/** One witness for the words of which a value must have one in it. */
export function witnessAt(path: string, words: readonly string[]): Witnesses {
  return new Map([[path, words.map(asciiWord)]]);
}

/** The longest stretch of a pattern that stands for itself; empty where there is none. */
export function longestText(pieces: readonly WildcardPiece[]): string {
  return pieces.reduce(
    (longest, piece) => (typeof piece === 'object' && piece.text.length > longest.length ? piece.text : longest),
    '',
  );
}

/** A stretch of a word in ASCII, for bytes and texts are searched alike; whoever has the word has the stretch. */
function asciiWord(word: string): string {
  const stretches = word.split(/[^ -~]+/).toSorted((a, b) => b.length - a.length);
  return (stretches[0] ?? '').slice(0, maxWordLength).toLowerCase();
}

/** The witness that says most, of those that are worth a search. */
export function bestWitness(witnesses: Witnesses): Witness | undefined {
  return [...witnesses]
    .map(([path, words]) => ({ path, words }))
    .filter(isWorthSearching)
    .toSorted((a, b) => rank(a) - rank(b))[0];
}

function isWorthSearching({ path, words }: Witness): boolean {
  if (enrichedPath.test(path)) return true;
  return searchedPaths.has(path) && words.length <= maxWords && leastLength(words) > 1;
}

function rank({ path }: Witness): number {
  return enrichedPath.test(path) ? -1 : rankOfField(path);
}

function leastLength(words: readonly string[]): number {
  return words.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
}
