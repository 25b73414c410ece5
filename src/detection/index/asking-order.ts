/**
 * The order in which the parts of an `and` are asked: those first that are cheap to answer and seldom hold. It changes how
 * long an answer takes, and never the answer.
 */
const telling = [
  'event.action',
  'event.provider',
  'aws.cloudtrail.error_code',
  'aws.cloudtrail.user_identity.type',
  'aws.cloudtrail.user_identity.access_key_id',
  'aws.cloudtrail.user_identity.session_context.session_issuer.arn',
  'aws.cloudtrail.user_identity.arn',
  'user_agent.original',
  'source.address',
  'user.name',
  'user.id',
  'event.outcome',
  'source.ip',
];

const ranks: ReadonlyMap<string, number> = new Map(telling.map((path, rank) => [path, rank]));

/** What nothing is known of. */
export const unknownRank = 20;
/** The same for all events of a trail. */
const sameForAllRank = 40;
/** Conditions that say what must not be hold nearly always. */
export const negationRank = 60;

/** How early to ask about a field; less is earlier. */
export function rankOfField(path: string): number {
  if (path === 'data_stream.dataset' || path === 'event.dataset') return sameForAllRank;
  return ranks.get(path) ?? unknownRank;
}

/** The parts in the order in which to ask them; equal ones stay as they are written. */
export function inAskingOrder<T>(parts: readonly T[], rankOf: (part: T) => number): readonly T[] {
  return parts.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** The rank of what has several parts, each of which has to be asked: the latest of theirs, or the least rank of all. */
export function latestOf<T>(parts: readonly T[], rankOf: (part: T) => number, least = 0): number {
  return parts.reduce((latest, part) => Math.max(latest, rankOf(part)), least);
}
