import { durationInWords } from '../../model/duration.ts';
import { z } from 'zod';
import { createCopyReader, firstCopies } from '../offline/event-copies.ts';
import type { FieldTable } from '../fields/event-fields.ts';
import { groupsOf } from '../offline/group-keys.ts';
import { kqlQueryOf } from '../kql/kql-query.ts';
import { kqlRules } from '../kql/kql-rules.ts';
import { lookBackMs } from '../rule-file/rule-duration.ts';
import { errorAtKey, type RuleFile } from '../rule-file/rule-file.ts';
import { defaultLookBack, lookBack, type RuleTable, textField } from '../rule-file/rule-schema.ts';
import {
  noCandidates,
  type AlertDraft,
  type Candidate,
  type Demand,
  type RuleMatcher,
  type RuleType,
} from '../rule-type.ts';

/** `[rule.new_terms]`: alert on the first sight of a combination of these fields' values within the history window. */
export type NewTermsSection = { readonly fields: readonly string[]; readonly historyWindowMs: number };

/** What an alert of a rule of this type has: the combination that is new. */
export type NewTermsDetail = { readonly kind: 'new_terms'; readonly values: readonly string[] };

const fieldNames = z.array(textField).min(1, 'name at least one field').max(3, 'name three fields at most');

/** The repository's form, `[rule.new_terms]`, and that of Kibana's API. */
const keys = {
  new_terms: z
    .strictObject({
      field: z.literal('new_terms_fields').optional(),
      value: fieldNames,
      history_window_start: z
        .array(z.strictObject({ field: z.literal('history_window_start').optional(), value: lookBack }))
        .length(1, 'write one window, such as [{ field = "history_window_start", value = "now-7d" }]'),
    })
    .optional(),
  new_terms_fields: fieldNames.optional(),
  history_window_start: lookBack.optional(),
};

type NewTermsTable = RuleTable & z.infer<z.ZodObject<typeof keys>>;

/**
 * `new_terms`: an alert on the first sight of a combination of values among the events that match the rule's query. A
 * combination is new where it was not seen within the history window before; every sighting renews the window, whether it
 * alerted or not. An event without one of the fields has no combination, and one with lists has all of them.
 */
export const newTermsRuleType: RuleType<NewTermsSection | null, NewTermsDetail> = {
  ...kqlRules,
  name: 'new_terms',
  keys,
  languages: ['kuery', 'lucene', 'esql'],
  needsQuery: true,
  readSection,
  demands,
  compile,
  groupFields: (section) => section?.fields ?? [],
  countedFields: () => [],
  sectionAsJson: (newTerms) => ({ newTerms }),
  facts: ({ section }) =>
    section === null
      ? []
      : [['new terms', `${section.fields.join(', ')} within ${durationInWords(section.historyWindowMs)}`]],
  notesOn: ({ section }) =>
    section === null
      ? []
      : [
          `it alerts where this combination of ${section.fields.join(', ')} was not seen in the ${durationInWords(section.historyWindowMs)} before`,
        ],
  alertAsJson: ({ values }) => ({ new_terms: values }),
  alertInWords: ({ values }) => `new: ${values.join(', ')}`,
};

function readSection(rule: NewTermsTable): NewTermsSection | null {
  const fields = rule.new_terms?.value ?? rule.new_terms_fields;
  const start = rule.new_terms?.history_window_start[0]?.value ?? rule.history_window_start;
  const historyWindowMs = start === undefined ? undefined : lookBackMs(start);
  return fields === undefined || historyWindowMs === undefined ? null : { fields, historyWindowMs };
}

function demands(section: NewTermsSection | null, rule: NewTermsTable): readonly Demand[] {
  const from = rule.from ?? defaultLookBack;
  return [
    { ...missingPart(rule), broken: section === null },
    {
      key: rule.new_terms === undefined ? ['history_window_start'] : ['new_terms', 'history_window_start', 0, 'value'],
      broken: section !== null && section.historyWindowMs <= (lookBackMs(from) ?? 0),
      problem: `the history window begins within the rule's own look-back (from = "${from}"), so that nothing comes before it`,
      remedy: 'let history_window_start lie further back than from',
    },
  ];
}

/** In the form that the rule is written in. */
function missingPart({ new_terms_fields: fields, history_window_start: start }: NewTermsTable): Omit<Demand, 'broken'> {
  if (fields === undefined && start === undefined)
    return {
      key: ['new_terms'],
      problem: 'rule.new_terms is missing',
      remedy: 'add [rule.new_terms] with value and history_window_start',
    };
  const name = fields === undefined ? 'new_terms_fields' : 'history_window_start';
  return { key: [name], problem: `rule.${name} is missing`, remedy: `add ${name}` };
}

function compile(file: RuleFile<NewTermsSection | null>, fields: FieldTable): RuleMatcher {
  const { section } = file;
  if (section === null) {
    throw errorAtKey(file, ['rule', 'new_terms'], 'rule.new_terms is missing', 'add value and history_window_start');
  }
  const query = kqlQueryOf(file, fields);
  const groupFields = section.fields.map((path) => ({ slot: fields.slotOf(path), absent: null }));
  const copyOf = createCopyReader(fields);
  const { historyWindowMs } = section;
  return {
    horizonMs: historyWindowMs,
    reachMs: 0,
    learns: historyWindowMs > 0,
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
}

/** @param candidates of one combination, by event time. */
function firstSights(candidates: readonly Candidate[], historyWindowMs: number): readonly AlertDraft[] {
  const drafts: AlertDraft[] = [];
  let lastSeenMs = Number.NEGATIVE_INFINITY;
  for (const { ref, eventTimeMs, group } of candidates) {
    if (eventTimeMs - lastSeenMs > historyWindowMs) {
      const detail: NewTermsDetail = { kind: 'new_terms', values: group };
      drafts.push({ group, anchor: ref, eventTimeMs, eventRefs: [ref], detail });
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
  function isWithin(candidate: C) {
    const last = kept.at(-1);
    return last !== undefined && candidate.eventTimeMs - last.eventTimeMs <= historyWindowMs;
  }
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
