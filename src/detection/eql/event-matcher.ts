import { correctedBy, createCopyReader, firstCopies } from '../offline/event-copies.ts';
import type { FieldTable } from '../fields/event-fields.ts';
import { noCandidates, type AlertDraft, type Candidate, type RuleMatcher } from '../rule-type.ts';
import type { EventQuery } from './ast.ts';
import { compileEventFilter } from './event-filter.ts';

/** A matcher for a query of single events: each event that it matches is an alert of its own. */
export function compileEventQuery(query: EventQuery, categoryField: string, fields: FieldTable): RuleMatcher {
  const matches = compileEventFilter(query.filter, categoryField, fields);
  const copyOf = createCopyReader(fields);
  return {
    horizonMs: 0,
    candidates: (event) =>
      matches(event.fields)
        ? [{ ref: event.ref, eventTimeMs: event.eventTimeMs, group: [], payload: copyOf(event) }]
        : noCandidates,
    settle: (candidates) => firstCopies(candidates).map(toDraft),
    loneAlerts: 1,
  };
}

function toDraft({ ref, eventTimeMs, payload }: Candidate): AlertDraft {
  return {
    group: [],
    anchor: ref,
    corrects: correctedBy(payload),
    eventTimeMs,
    eventRefs: [ref],
    detail: { kind: 'query' },
  };
}
