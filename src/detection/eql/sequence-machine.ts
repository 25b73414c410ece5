import { z } from 'zod';
import { copyKeys } from '../offline/event-copies.ts';
import type { AlertDraft, Candidate } from '../rule-type.ts';

/** What a sequence needs to know of its steps once events are matched. */
export interface SequenceShape {
  /** For each step, whether it is a missing event. */
  readonly missing: readonly boolean[];
  readonly maxSpanMs: number | null;
}

const roleSchema = z
  .object({
    steps: z.array(z.number().int().nonnegative()).readonly(),
    until: z.boolean(),
    tiebreaker: z.union([z.string(), z.number()]).optional(),
  })
  .readonly();

/**
 * Which steps of the sequence an event matches, whether it ends pending ones, and what decides between it and others of the
 * same instant, where the rule names a field for that: a candidate's payload.
 */
export type SequenceRole = z.infer<typeof roleSchema>;

/** An event of one group, with the roles of all its copies. */
interface Moment {
  readonly candidate: Candidate;
  readonly steps: ReadonlySet<number>;
  readonly until: boolean;
  readonly tiebreaker: string | number | undefined;
}

/** A sequence under way: its events so far, in the steps' order. */
type Pending = readonly [Candidate, ...Candidate[]];

/**
 * Runs Elasticsearch's state machine over the candidates of one group, in order of event time, then of their tiebreakers and
 * then event ID.
 *
 * Each step but the last holds one pending sequence at most: a newer one replaces the older, an event that fits moves it on,
 * and a sequence that is completed, too long, or ended by `until` is used up. An event can complete one sequence and begin
 * the next. Missing events are looked at when all other steps are met.
 * https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax#eql-how-sequence-queries-handle-matches
 *
 * @returns One alert for each completed sequence, in order of completion; its anchor is its last event.
 */
export function completeSequences(candidates: readonly Candidate[], shape: SequenceShape): readonly AlertDraft[] {
  const moments = momentsOf(candidates);
  const sequences = positiveSequences(moments, shape);
  if (shape.maxSpanMs === null || !shape.missing.includes(true)) return sequences.map(toDraft);
  const absences = absencesOf(moments, shape.missing);
  const { maxSpanMs } = shape;
  return sequences.filter((sequence) => areAbsent(absences, sequence, maxSpanMs)).map(toDraft);
}

/** One moment for each event, in order; an event that came twice, in several revisions or corrected, counts once. */
function momentsOf(candidates: readonly Candidate[]): readonly Moment[] {
  const moments = new Map<string, Moment & { readonly steps: Set<number>; until: boolean }>();
  const copyKey = copyKeys(candidates);
  for (const candidate of candidates) {
    const key = copyKey(candidate);
    const role = roleSchema.parse(candidate.payload);
    const known = moments.get(key);
    if (known === undefined) {
      moments.set(key, { candidate, steps: new Set(role.steps), until: role.until, tiebreaker: role.tiebreaker });
    } else {
      for (const step of role.steps) known.steps.add(step);
      known.until ||= role.until;
      // The event itself stands for its corrections.
      if (isOriginal(candidate, key) && !isOriginal(known.candidate, key))
        moments.set(key, { ...known, candidate, tiebreaker: role.tiebreaker });
    }
  }
  return [...moments.values()].toSorted(byTimeThenTiebreaker);
}

function isOriginal({ ref }: Candidate, key: string): boolean {
  return `${ref.accountId}/${ref.eventId}` === key;
}

/** Events without a tiebreaker come after those of the same instant that have one, as in Elasticsearch. */
function byTimeThenTiebreaker(a: Moment, b: Moment): number {
  const difference = a.candidate.eventTimeMs - b.candidate.eventTimeMs;
  if (difference !== 0) return difference;
  if (a.tiebreaker === undefined || b.tiebreaker === undefined) {
    return Number(a.tiebreaker === undefined) - Number(b.tiebreaker === undefined);
  }
  return compareTiebreakers(a.tiebreaker, b.tiebreaker);
}

/** Numbers by size, all else as text. */
export function compareTiebreakers(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : Number(left > right);
}

function positiveSequences(moments: readonly Moment[], { missing, maxSpanMs }: SequenceShape): readonly Pending[] {
  const steps = positiveSteps(missing);
  const last = steps.length - 1;
  const pending = new Map<number, Pending>();
  const completed: Pending[] = [];
  for (const moment of moments) {
    // From the last step to the first, so that no event follows itself.
    for (let position = last; position >= 0; position -= 1) {
      if (!moment.steps.has(steps[position] ?? -1)) continue;
      const advanced = advance(position, moment.candidate, pending, maxSpanMs);
      if (advanced === null) continue;
      if (position === last) completed.push(advanced);
      else pending.set(position, advanced);
    }
    if (moment.until) pending.clear();
  }
  return completed;
}

function positiveSteps(missing: readonly boolean[]): readonly number[] {
  return missing.flatMap((isMissing, step) => (isMissing ? [] : [step]));
}

/** The sequence with this event at that position; null where none is waiting for it or it has become too long. */
function advance(
  position: number,
  candidate: Candidate,
  pending: Map<number, Pending>,
  maxSpanMs: number | null,
): Pending | null {
  if (position === 0) return [candidate];
  const waiting = pending.get(position - 1);
  if (waiting === undefined) return null;
  pending.delete(position - 1);
  if (maxSpanMs !== null && candidate.eventTimeMs - waiting[0].eventTimeMs > maxSpanMs) return null;
  return [...waiting, candidate];
}

/** The times at which something happened that a sequence says is missing, in order. */
interface Absence {
  /** How many of the sequence's events come before it. */
  readonly after: number;
  readonly times: readonly number[];
}

function absencesOf(moments: readonly Moment[], missing: readonly boolean[]): readonly Absence[] {
  return missing.flatMap((isMissing, step) => {
    if (!isMissing) return [];
    const times = moments.filter((moment) => moment.steps.has(step)).map((moment) => moment.candidate.eventTimeMs);
    return [{ after: missing.slice(0, step).filter((before) => !before).length, times }];
  });
}

/**
 * Whether the missing events of a sequence did not happen: between two of its events none at all; before its first and
 * after its last, none within a span of `maxspan` that begins with the first event, or ends with the last, or lies anywhere
 * around them where something is missing on both sides. Events at the very time of a neighbour do not count, as in
 * Elasticsearch.
 */
function areAbsent(absences: readonly Absence[], sequence: Pending, maxSpanMs: number): boolean {
  const startMs = sequence[0].eventTimeMs;
  const endMs = lastOf(sequence).eventTimeMs;
  const leading = absences.filter(({ after }) => after === 0);
  const trailing = absences.filter(({ after }) => after === sequence.length);
  const inner = absences.filter(({ after }) => after > 0 && after < sequence.length);
  if (inner.some(({ after, times }) => happenedBetween(times, sequence[after - 1], sequence[after]))) return false;
  if (leading.length === 0 && trailing.length === 0) return true;
  // The span may slide over the sequence as far as what is missing at an end allows.
  const from = leading.length === 0 ? startMs : Math.max(...leading.map(({ times }) => lastBefore(times, startMs)));
  const to = trailing.length === 0 ? endMs : Math.min(...trailing.map(({ times }) => firstAfter(times, endMs)));
  return to - from > maxSpanMs;
}

function happenedBetween(times: readonly number[], left: Candidate | undefined, right: Candidate | undefined): boolean {
  return left !== undefined && right !== undefined && firstAfter(times, left.eventTimeMs) < right.eventTimeMs;
}

function firstAfter(times: readonly number[], timeMs: number): number {
  return times[countWhile(times, (time) => time <= timeMs)] ?? Number.POSITIVE_INFINITY;
}

function lastBefore(times: readonly number[], timeMs: number): number {
  return times[countWhile(times, (time) => time < timeMs) - 1] ?? Number.NEGATIVE_INFINITY;
}

/** How many of the first of these ordered times hold, by halving. */
function countWhile(times: readonly number[], holds: (time: number) => boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(times[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastOf(sequence: Pending): Candidate {
  return sequence.at(-1) ?? sequence[0];
}

/** What an alert of a sequence has: the values by which its events belong together. */
export type SequenceDetail = { readonly kind: 'sequence'; readonly join: readonly string[] };

function toDraft(sequence: Pending): AlertDraft {
  const anchor = lastOf(sequence);
  const detail: SequenceDetail = { kind: 'sequence', join: anchor.group };
  return {
    group: anchor.group,
    anchor: anchor.ref,
    eventTimeMs: anchor.eventTimeMs,
    eventRefs: sequence.map((candidate) => candidate.ref),
    detail,
  };
}
