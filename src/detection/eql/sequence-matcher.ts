import { createCopyReader, type CopyReader } from '../offline/event-copies.ts';
import type { EventFields, FieldTable, Predicate } from '../fields/event-fields.ts';
import { groupsOf, type GroupField } from '../offline/group-keys.ts';
import type { Candidate, DetectionEvent, RuleMatcher } from '../rule-type.ts';
import type { SequenceQuery, SequenceStep } from './ast.ts';
import { compileEventFilter } from './event-filter.ts';
import { compareTiebreakers, completeSequences, type SequenceRole } from './sequence-machine.ts';
import { dayMs } from '../../model/duration.ts';
import { listUnder } from '../../model/list-under.ts';

/** Stands in a group for an optional join key that the event does not have; no field of an event is the empty text. */
const absentKey = '';

const foreverMs = 100 * 365 * dayMs;

/** A written step with the places that it has in the sequence: several with `runs`, none for `until`. */
interface StepMatcher {
  readonly matches: Predicate;
  readonly keys: readonly GroupField[];
  readonly steps: readonly number[];
  readonly until: boolean;
}

/**
 * A matcher for a sequence. Its groups are the join values; an event may be a candidate in several, where a join key is an
 * array or its steps have keys of their own.
 *
 * Without `maxspan` a first event can wait for its second for ever, so the horizon is a century: longer than any log.
 *
 * @param tiebreakerField decides between events of one instant, the smaller value being the earlier; the event's ID does where
 * it is null, and where events have the same value there.
 */
export function compileSequence(
  query: SequenceQuery,
  categoryField: string,
  fields: FieldTable,
  tiebreakerField: string | null = null,
): RuleMatcher {
  const steps = compileSteps(query, categoryField, fields);
  const tiebreakerSlot = tiebreakerField === null ? null : fields.slotOf(tiebreakerField);
  const copyOf = createCopyReader(fields);
  const shape = { missing: query.steps.map((step) => step.missing), maxSpanMs: query.maxSpanMs };
  return {
    horizonMs: query.maxSpanMs ?? foreverMs,
    candidates: (event) => candidatesOf(event, steps, tiebreakerSlot, copyOf),
    settle: (candidates) => completeSequences(candidates, shape),
  };
}

function compileSteps(query: SequenceQuery, categoryField: string, fields: FieldTable): readonly StepMatcher[] {
  const places = new Map<SequenceStep, number[]>();
  for (const [place, step] of query.steps.entries()) listUnder(places, step, place);
  function compile({ filter, joinKeys }: SequenceStep, steps: readonly number[], until: boolean): StepMatcher {
    return {
      matches: compileEventFilter(filter, categoryField, fields),
      keys: joinKeys.map(({ path, optional }) => ({ slot: fields.slotOf(path), absent: optional ? absentKey : null })),
      steps,
      until,
    };
  }
  const steps = Array.from(places, ([step, at]) => compile(step, at, false));
  return query.until === null ? steps : [...steps, compile(query.until, [], true)];
}

function candidatesOf(
  event: DetectionEvent,
  steps: readonly StepMatcher[],
  tiebreakerSlot: number | null,
  copyOf: CopyReader,
): readonly Candidate[] {
  const found = steps.filter((step) => step.matches(event.fields));
  if (found.length === 0) return [];
  const { ref, eventTimeMs } = event;
  const copy = copyOf(event);
  const tiebreaker = tiebreakerSlot === null ? undefined : tiebreakerOf(event.fields, tiebreakerSlot);
  return Array.from(rolesByGroup(event.fields, found), ([key, role]) => ({
    ref,
    eventTimeMs,
    group: JSON.parse(key) as readonly string[],
    payload: { steps: role.steps, until: role.until, ...(tiebreaker === undefined ? {} : { tiebreaker }), ...copy },
  }));
}

/** Of several values the smallest, by which Elasticsearch sorts. */
function tiebreakerOf(event: EventFields, slot: number): string | number | undefined {
  const values = event.values(slot).map((value) => (typeof value === 'number' ? value : String(value)));
  return values.toSorted(compareTiebreakers)[0];
}

function rolesByGroup(event: EventFields, steps: readonly StepMatcher[]): ReadonlyMap<string, SequenceRole> {
  const roles = new Map<string, SequenceRole>();
  for (const step of steps) {
    for (const group of groupsOf(event, step.keys)) {
      const key = JSON.stringify(group);
      const role = roles.get(key) ?? { steps: [], until: false };
      roles.set(key, { steps: [...role.steps, ...step.steps], until: role.until || step.until });
    }
  }
  return roles;
}
