import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import type { LiveRule, LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import type { AlertDraft, Candidate, DetectionEvent, RuleMatcher } from '../../src/detection/rule-type.ts';
import type { Rule } from '../../src/model/rule.ts';

const table = createFieldTable();
const actionSlot = table.slotOf('event.action');
const userSlot = table.slotOf('user.name');

export function ruleSetOf(rules: readonly LiveRule[]): LiveRuleSet {
  return {
    rules,
    candidatesOf: (event) =>
      rules.flatMap(({ matcher }, ruleIndex) => {
        const candidates = matcher.candidates(event);
        return candidates.length === 0 ? [] : [{ ruleIndex, candidates }];
      }),
    fieldsOf: (document) => eventFields(document, table),
  };
}

export const emptyRuleSet = ruleSetOf([]);

export function fakeRule(id: string, more: Partial<Rule> = {}): Rule {
  return {
    id,
    name: `rule ${id}`,
    type: 'query',
    contentDigest: `sha256:${id.padEnd(64, '0')}`,
    meaningDigest: `sha256:${id.padEnd(64, '0')}`,
    severity: 'low',
    riskScore: 21,
    maxSignals: 100,
    intervalMs: 300_000,
    lookBackMs: 360_000,
    description: '',
    note: '',
    tags: [],
    threat: [],
    investigationFields: [],
    buildingBlock: false,
    requires: { dataEvents: false, enrichment: [] },
    ...more,
  };
}

function candidateOf(event: DetectionEvent, group: readonly string[]): Candidate {
  return { ref: event.ref, eventTimeMs: event.eventTimeMs, group, payload: null };
}

function draftOf(candidates: readonly [Candidate, ...Candidate[]], detail: AlertDraft['detail']): AlertDraft {
  const [anchor] = candidates;
  const eventRefs = candidates.map((candidate) => candidate.ref);
  return { group: anchor.group, anchor: anchor.ref, eventTimeMs: anchor.eventTimeMs, eventRefs, detail };
}

/** Each event with the action is an alert. */
export function onAction(action: string): RuleMatcher {
  return {
    horizonMs: 0,
    candidates: (event) => (event.fields.values(actionSlot).includes(action) ? [candidateOf(event, [])] : []),
    settle: (candidates) => candidates.map((candidate) => draftOf([candidate], { kind: 'query' })),
  };
}

/** The first event of a user within the horizon is an alert; every sighting renews it. */
export function onNewUser(horizonMs: number): RuleMatcher {
  return {
    horizonMs,
    learns: true,
    candidates: (event) => {
      const [user] = event.fields.values(userSlot);
      return user === undefined ? [] : [candidateOf(event, [String(user)])];
    },
    settle: (candidates) =>
      candidates.flatMap((candidate, index) => {
        const before = candidates[index - 1];
        const isNew = before === undefined || candidate.eventTimeMs - before.eventTimeMs > horizonMs;
        return isNew ? [draftOf([candidate], { kind: 'new_terms', values: candidate.group })] : [];
      }),
  };
}

/** So many events of a user within the horizon are an alert; then counting begins anew. */
export function onManyOf(count: number, horizonMs: number): RuleMatcher {
  return {
    horizonMs,
    candidates: (event) => onNewUser(horizonMs).candidates(event),
    settle: (candidates) => {
      const drafts: AlertDraft[] = [];
      let open: Candidate[] = [];
      for (const candidate of candidates) {
        open = [...open.filter((one) => candidate.eventTimeMs - one.eventTimeMs <= horizonMs), candidate];
        const [first, ...others] = open;
        if (open.length < count || first === undefined) continue;
        const detail = { kind: 'threshold', values: candidate.group, count, cardinality: null } as const;
        drafts.push(draftOf([first, ...others], detail));
        open = [];
      }
      return drafts;
    },
  };
}
