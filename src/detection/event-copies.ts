import type { Candidate } from './rule-type.ts';

/** Leaves out further copies of an event, which are those with the same account and event ID; order is kept. */
export function firstCopies(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ ref }) => {
    const key = `${ref.accountId}/${ref.eventId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
