import { z } from 'zod';
import { sha256Hex } from '../../../digest/canonical-digest.ts';
import { createCopyReader, firstCopies } from '../../offline/event-copies.ts';
import type { FieldTable, Predicate } from '../../fields/event-fields.ts';
import { type FieldValue, textOf } from '../../fields/field-value.ts';
import { groupsOf } from '../../offline/group-keys.ts';
import type { AlertDraft, Candidate, DetectionEvent, RuleMatcher } from '../../rule-type.ts';
import { thresholdSpans, type ThresholdLimits, type ThresholdSpan } from './threshold-spans.ts';

/** Longer values of a cardinality field are kept as their digest: they only have to be told apart. */
const maxKeptValueLength = 128;

/** `[rule.threshold]`; without fields all events form one group. */
export type ThresholdSection = {
  readonly fields: readonly string[];
  readonly value: number;
  readonly cardinality: { readonly field: string; readonly value: number } | null;
};

/** What an alert of a threshold has. */
export type ThresholdDetail = {
  readonly kind: 'threshold';
  readonly values: readonly string[];
  /** How many events. */
  readonly count: number;
  /** How many distinct values of the cardinality field; null where none is counted. */
  readonly cardinality: number | null;
};

const payloadSchema = z.object({ distinct: z.array(z.string()).readonly() });

export interface ThresholdOptions {
  /** The rule's query. */
  readonly matches: Predicate;
  readonly threshold: ThresholdSection;
  /** The rule's look-back, which is the span that has to hold enough. */
  readonly lookBackMs: number;
  readonly fields: FieldTable;
}

/**
 * A matcher for a threshold: a group alerts when a span of event time as long as the look-back holds enough of its events,
 * and enough distinct values of the cardinality field; the alert carries all events of that span, and none of them counts
 * again.
 *
 * The alert's anchor is the first event of its span, so that further events, late ones included, amend it; its time is that
 * of the event with which there was enough. An event without one of the group's fields belongs to no group.
 */
export function compileThreshold({ matches, threshold, lookBackMs, fields }: ThresholdOptions): RuleMatcher {
  const keys = threshold.fields.map((path) => ({ slot: fields.slotOf(path), absent: null }));
  const distinctSlot = threshold.cardinality === null ? null : fields.slotOf(threshold.cardinality.field);
  const copyOf = createCopyReader(fields);
  const limits: ThresholdLimits = {
    spanMs: lookBackMs,
    count: threshold.value,
    cardinality: threshold.cardinality?.value ?? null,
  };
  return {
    horizonMs: lookBackMs,
    usesUp: true,
    candidates: (event) => {
      if (!matches(event.fields)) return [];
      const distinct = distinctSlot === null ? [] : distinctValues(event, distinctSlot);
      const payload = { distinct, ...copyOf(event) };
      const { ref, eventTimeMs } = event;
      return groupsOf(event.fields, keys).map((group) => ({ ref, eventTimeMs, group, payload }));
    },
    settle: (candidates) => settle(candidates, limits),
    ...(limits.count > 1 ? { loneAlerts: 0 } : {}),
  };
}

function distinctValues(event: DetectionEvent, slot: number): readonly string[] {
  return [...new Set(event.fields.values(slot).map(keptValue))];
}

function keptValue(value: FieldValue): string {
  const text = textOf(value);
  return text.length > maxKeptValueLength ? `sha256:${sha256Hex(text)}` : text;
}

function settle(candidates: readonly Candidate[], limits: ThresholdLimits): readonly AlertDraft[] {
  const unique = firstCopies(candidates);
  const events = unique.map((candidate) => ({
    eventTimeMs: candidate.eventTimeMs,
    distinct: payloadSchema.parse(candidate.payload).distinct,
  }));
  return thresholdSpans(events, limits).map((span) => toDraft(unique, span));
}

function toDraft(candidates: readonly Candidate[], span: ThresholdSpan): AlertDraft {
  const members = candidates.slice(span.first, span.last + 1);
  const [first] = members;
  if (first === undefined) throw new RangeError('a span of a threshold holds one event at least');
  const detail: ThresholdDetail = {
    kind: 'threshold',
    values: first.group,
    count: members.length,
    cardinality: span.cardinality,
  };
  return {
    group: first.group,
    anchor: first.ref,
    eventTimeMs: candidates[span.enough]?.eventTimeMs ?? first.eventTimeMs,
    eventRefs: members.map(({ ref }) => ref),
    detail,
  };
}
