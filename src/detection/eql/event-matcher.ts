import type { FieldTable } from '../event-fields.ts';
import type { Candidate, RuleMatcher } from '../rule-type.ts';
import type { EventQuery } from './ast.ts';
import { compileEventFilter } from './event-filter.ts';

/** A matcher for a query of single events: each event that it matches is an alert of its own. */
export function compileEventQuery(query: EventQuery, categoryField: string, fields: FieldTable): RuleMatcher {
  const matches = compileEventFilter(query.filter, categoryField, fields);
  return {
    horizonMs: 0,
    candidates: ({ ref, eventTimeMs, fields: event }) =>
      matches(event) ? [{ ref, eventTimeMs, group: [], payload: null }] : [],
    settle: (candidates) => firstCopies(candidates).map(toDraft),
  };
}

/** Leaves out further copies of an event: the same account and event ID. */
function firstCopies(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ ref }) => {
    const key = `${ref.accountId}/${ref.eventId}`;
    return !seen.has(key) && seen.add(key);
  });
}

function toDraft({ ref, eventTimeMs }: Candidate): ReturnType<RuleMatcher['settle']>[number] {
  return { group: [], anchor: ref, eventTimeMs, eventRefs: [ref], detail: { kind: 'query' } };
}
