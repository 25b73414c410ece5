import { correctedBy, createCopyReader, firstCopies } from '../offline/event-copies.ts';
import { kqlQueryOf } from '../kql/kql-query.ts';
import { kqlRules } from '../kql/kql-rules.ts';
import { noCandidates, type AlertDraft, type Candidate, type RuleMatcher, type RuleType } from '../rule-type.ts';

/** `query`: each event that matches is an alert. */
export const queryRuleType: RuleType<null> = {
  ...kqlRules,
  name: 'query',
  keys: {},
  needsQuery: true,
  readSection: () => null,
  demands: () => [],
  compile(file, fields): RuleMatcher {
    const query = kqlQueryOf(file, fields);
    const copyOf = createCopyReader(fields);
    return {
      horizonMs: 0,
      requires: query.requires,
      witness: query.witness,
      candidates: (event) =>
        query.matches(event.fields)
          ? [{ ref: event.ref, eventTimeMs: event.eventTimeMs, group: [], payload: copyOf(event) }]
          : noCandidates,
      settle: (candidates) => firstCopies(candidates).map(draftOf),
      loneAlerts: 1,
    };
  },
  groupFields: () => [],
  countedFields: () => [],
  sectionAsJson: () => ({}),
  facts: () => [],
  notesOn: () => [],
  alertAsJson: () => ({}),
  alertInWords: () => '',
};

function draftOf({ ref, eventTimeMs, group, payload }: Candidate): AlertDraft {
  return {
    group,
    anchor: ref,
    corrects: correctedBy(payload),
    eventTimeMs,
    eventRefs: [ref],
    detail: { kind: 'query' },
  };
}
