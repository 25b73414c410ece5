import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFieldTable } from '../../../src/detection/fields/document-fields.ts';
import { completeSequences, type SequenceShape } from '../../../src/detection/eql/sequence-machine.ts';
import type { Candidate } from '../../../src/detection/rule-type.ts';
import { eventAt } from './events.ts';

interface Sequence {
  readonly members: readonly Candidate[];
}

/**
 * Elasticsearch's own way to the same result, plain and slow: all events of a step at once, over lists of the sequences that
 * reached the step before, each event taking the latest of them that is earlier than itself and dropping those before it.
 */
function stepwise(candidates: readonly Candidate[], shape: SequenceShape): readonly string[] {
  const order = new Map(candidates.map((candidate, index) => [candidate, index]));
  function at(candidate: Candidate | undefined): number {
    return candidate === undefined ? -1 : (order.get(candidate) ?? -1);
  }
  function role(candidate: Candidate): { steps: readonly number[]; until: boolean } {
    return candidate.payload as unknown as { steps: readonly number[]; until: boolean };
  }
  const steps = shape.missing.flatMap((isMissing, step) => (isMissing ? [] : [step]));
  const ends = candidates.filter((candidate) => role(candidate).until).map(at);
  let reached: Sequence[] = [];
  for (const [position, step] of steps.entries()) {
    const hits = candidates.filter((candidate) => role(candidate).steps.includes(step));
    if (position === 0) {
      reached = hits.map((hit) => ({ members: [hit] }));
      continue;
    }
    const next: Sequence[] = [];
    for (const hit of hits) {
      const earlier = reached.filter((sequence) => at(sequence.members.at(-1)) < at(hit));
      const taken = earlier.at(-1);
      if (taken === undefined) continue;
      reached = reached.filter((sequence) => !earlier.includes(sequence));
      const start = taken.members[0]?.eventTimeMs ?? 0;
      if (shape.maxSpanMs !== null && hit.eventTimeMs - start > shape.maxSpanMs) continue;
      const nearest = Math.max(-1, ...ends.filter((end) => end < at(hit)));
      if (nearest >= at(taken.members.at(-1))) continue;
      next.push({ members: [...taken.members, hit] });
    }
    reached = next;
  }
  return reached
    .filter(({ members }) => noneHappened(members))
    .map(({ members }) => members.map((member) => member.ref.eventId).join(' '));

  /**
   * By the definition: some span of maxspan holds the sequence, and nothing that is missing is in it in its place. It begins
   * with the first event, or ends with the last, unless something before or behind that is missing.
   */
  function noneHappened(members: readonly Candidate[]): boolean {
    const { maxSpanMs } = shape;
    if (maxSpanMs === null) return true;
    const first = members[0]?.eventTimeMs ?? 0;
    const last = members.at(-1)?.eventTimeMs ?? 0;
    const earliest = shape.missing[0] === true ? last - maxSpanMs : first;
    const latest = shape.missing.at(-1) === true ? first : Math.max(earliest, last - maxSpanMs);
    for (let from = earliest; from <= latest; from += 500) {
      const inSpan = candidates.filter(({ eventTimeMs: time }) => time >= from && time <= from + maxSpanMs);
      let passed = 0;
      const allMissing = shape.missing.every((isMissing, step) => {
        if (!isMissing) {
          passed += 1;
          return true;
        }
        const after = members[passed - 1]?.eventTimeMs ?? Number.NEGATIVE_INFINITY;
        const before = members[passed]?.eventTimeMs ?? Number.POSITIVE_INFINITY;
        return !inSpan.some(
          (one) => role(one).steps.includes(step) && one.eventTimeMs > after && one.eventTimeMs < before,
        );
      });
      if (allMissing) return true;
    }
    return false;
  }
}

describe('the state machine', () => {
  const shapes = fc
    .record({
      missing: fc.array(fc.boolean(), { minLength: 2, maxLength: 4 }).filter((missing) => missing.includes(false)),
      maxSpanMs: fc.constantFrom(3000, 8000, 30_000),
      bounded: fc.boolean(),
    })
    .map(({ missing, maxSpanMs, bounded }) => ({
      missing,
      maxSpanMs: bounded || missing.includes(true) ? maxSpanMs : null,
    }));
  const histories = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 4 }),
      steps: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      until: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    }),
    { maxLength: 30 },
  );

  test('completes the same sequences as Elasticsearch does step by step', () => {
    fc.assert(
      fc.property(shapes, histories, (shape, history) => {
        let second = 0;
        const candidates = history.map(({ gap, steps, until }, index): Candidate => {
          second += gap;
          const { ref, eventTimeMs } = eventAt(second, `e${String(index).padStart(3, '0')}`, {}, createFieldTable());
          return { ref, eventTimeMs, group: [], payload: { steps, until } };
        });
        const completed = completeSequences(candidates, shape);
        expect(completed.map((draft) => draft.eventRefs.map((ref) => ref.eventId).join(' '))).toEqual(
          stepwise(candidates, shape),
        );
      }),
      { numRuns: 3000 },
    );
  });
});
