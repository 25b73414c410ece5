import { createCopyReader, firstCopies } from '../event-copies.ts';
import { groupsOf } from '../group-keys.ts';
import { kqlQueryOf } from '../kql/kql-query.ts';
import { errorAtKey } from '../rule-file/rule-file.ts';
import { noCandidates, type AlertDraft, type Candidate, type RuleMatcher, type RuleType } from '../rule-type.ts';

/**
 * `new_terms`: an alert on the first sight of a combination of values among the events that match the rule's query. A
 * combination is new where it was not seen within the history window before; every sighting renews the window, whether it
 * alerted or not. An event without one of the fields has no combination, and one with lists has all of them.
 */
export const newTermsRuleType: RuleType = {
  name: 'new_terms',
  compile(file, fields): RuleMatcher {
    const { newTerms } = file;
    if (newTerms === null) {
      throw errorAtKey(file, ['rule', 'new_terms'], 'rule.new_terms is missing', 'add value and history_window_start');
    }
    const query = kqlQueryOf(file, fields);
    const groupFields = newTerms.fields.map((path) => ({ slot: fields.slotOf(path), absent: null }));
    const copyOf = createCopyReader(fields);
    const { historyWindowMs } = newTerms;
    return {
      horizonMs: historyWindowMs,
      reachMs: 0,
      thin: (candidates) => withoutInner(candidates, historyWindowMs),
      requires: query.requires,
      witness: query.witness,
      candidates(event) {
        if (!query.matches(event.fields)) return noCandidates;
        const groups = groupsOf(event.fields, groupFields);
        if (groups.length === 0) return noCandidates;
        const { ref, eventTimeMs } = event;
        const payload = copyOf(event);
        return groups.map((group) => ({ ref, eventTimeMs, group, payload }));
      },
      settle: (candidates) => firstSights(firstCopies(candidates), historyWindowMs),
      loneAlerts: 1,
    };
  },
};

/** @param candidates of one combination, by event time. */
function firstSights(candidates: readonly Candidate[], historyWindowMs: number): readonly AlertDraft[] {
  const drafts: AlertDraft[] = [];
  let lastSeenMs = Number.NEGATIVE_INFINITY;
  for (const { ref, eventTimeMs, group } of candidates) {
    if (eventTimeMs - lastSeenMs > historyWindowMs) {
      drafts.push({ group, anchor: ref, eventTimeMs, eventRefs: [ref], detail: { kind: 'new_terms', values: group } });
    }
    lastSeenMs = eventTimeMs;
  }
  return drafts;
}

/**
 * Leaves out sightings between two others that are no further apart than the history window: whatever comes finds one of
 * those two instead, and such a sighting was not the first itself.
 */
function withoutInner<C extends Candidate>(candidates: readonly C[], historyWindowMs: number): readonly C[] {
  const kept: C[] = [];
  /** The latest within the window of the last one kept. */
  let latest: C | undefined;
  const isWithin = (candidate: C) => {
    const last = kept.at(-1);
    return last !== undefined && candidate.eventTimeMs - last.eventTimeMs <= historyWindowMs;
  };
  for (const candidate of candidates) {
    if (!isWithin(candidate) && latest !== undefined) {
      kept.push(latest);
      latest = undefined;
    }
    if (isWithin(candidate)) latest = candidate;
    else kept.push(candidate);
  }
  return latest === undefined ? kept : [...kept, latest];
}
