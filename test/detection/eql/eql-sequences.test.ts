import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFieldTable } from '../../../src/detection/document-fields.ts';
import { parseEql } from '../../../src/detection/eql/parser.ts';
import { compileSequence } from '../../../src/detection/eql/sequence-matcher.ts';
import { completeSequences, type SequenceShape } from '../../../src/detection/eql/sequence-machine.ts';
import type { AlertDraft, Candidate } from '../../../src/detection/rule-type.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { eventAt } from './events.ts';

/** Events in short: `second name key`; the event's ID is its place in the list. */
function run(query: string, events: readonly (readonly [number, string, JsonObject?])[]): readonly string[] {
  const fields = createFieldTable();
  const parsed = parseEql(query);
  if (parsed.kind !== 'sequence') throw new TypeError('expected a sequence');
  const matcher = compileSequence(parsed, 'event.category', fields);
  const groups = new Map<string, Candidate[]>();
  for (const [index, [second, name, rest]] of events.entries()) {
    for (const candidate of matcher.candidates(eventAt(second, `e${index}`, { name, key: 'k', ...rest }, fields))) {
      const key = JSON.stringify(candidate.group);
      groups.set(key, [...(groups.get(key) ?? []), candidate]);
    }
  }
  return [...groups.values()].flatMap((candidates) => matcher.settle(candidates)).map(shown);
}

function shown({ eventRefs, detail }: AlertDraft): string {
  const join = detail.kind === 'sequence' ? detail.join.join('|') : '';
  return `${join}: ${eventRefs.map((ref) => ref.eventId.slice(1)).join(' ')}`;
}

const ab = 'sequence by key with maxspan=60s [any where name == "a"] [any where name == "b"]';

describe('a sequence', () => {
  test('is an event followed by another with the same key', () => {
    expect(
      run(ab, [
        [0, 'a'],
        [5, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      run(ab, [
        [0, 'b'],
        [5, 'a'],
      ]),
    ).toEqual([]);
    expect(
      run(ab, [
        [0, 'a', { key: 'x' }],
        [5, 'b', { key: 'y' }],
      ]),
    ).toEqual([]);
  });

  test('may last as long as maxspan, and no longer', () => {
    expect(
      run(ab, [
        [0, 'a'],
        [60, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      run(ab, [
        [0, 'a'],
        [61, 'b'],
      ]),
    ).toEqual([]);
  });

  test('without maxspan waits for ever', () => {
    expect(
      run('sequence [any where name == "a"] [any where name == "b"]', [
        [0, 'a'],
        [8e6, 'b'],
      ]),
    ).toEqual([': 0 1']);
  });

  test('has its older first event replaced by a newer one', () => {
    expect(
      run(ab, [
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
      ]),
    ).toEqual(['k: 1 2']);
  });

  test('that is completed is used up', () => {
    expect(
      run(ab, [
        [0, 'a'],
        [1, 'b'],
        [2, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      run(ab, [
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 1 2']);
    expect(
      run(ab, [
        [0, 'a'],
        [1, 'b'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 0 1', 'k: 2 3']);
  });

  test('that has moved on is not touched by a newer first event', () => {
    const abc = 'sequence by key [any where name == "a"] [any where name == "b"] [any where name == "c"]';
    const events: [number, string][] = [
      [0, 'a'],
      [1, 'a'],
      [2, 'b'],
      [3, 'b'],
      [4, 'a'],
      [5, 'c'],
      [6, 'c'],
    ];
    expect(run(abc, events)).toEqual(['k: 1 2 5']);
  });

  test('never counts one event for two of its steps', () => {
    const twice = 'sequence by key [any where true] [any where name == "b"]';
    expect(run(twice, [[0, 'b']])).toEqual([]);
    expect(
      run(twice, [
        [0, 'b'],
        [1, 'b'],
        [2, 'b'],
      ]),
    ).toEqual(['k: 0 1', 'k: 1 2']);
  });

  test('takes events of one instant in the order of their IDs', () => {
    expect(
      run(ab, [
        [0, 'a'],
        [0, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
  });

  test('counts an event once that came twice', () => {
    const fields = createFieldTable();
    const parsed = parseEql('sequence [any where true] [any where true]');
    if (parsed.kind !== 'sequence') throw new TypeError('expected a sequence');
    const matcher = compileSequence(parsed, 'event.category', fields);
    const event = eventAt(0, 'e0', {}, fields);
    const copy = { ...event, ref: { ...event.ref, revision: 1 } };
    expect(matcher.settle([event, copy].flatMap((one) => matcher.candidates(one)))).toEqual([]);
  });

  test('is not joined by an absent key, unless the key is optional', () => {
    const none = { key: null };
    expect(
      run(ab, [
        [0, 'a', none],
        [1, 'b', none],
      ]),
    ).toEqual([]);
    const optional = 'sequence by ?key [any where name == "a"] [any where name == "b"]';
    expect(
      run(optional, [
        [0, 'a', none],
        [1, 'b', none],
      ]),
    ).toEqual([': 0 1']);
    expect(
      run(optional, [
        [0, 'a', none],
        [1, 'b'],
      ]),
    ).toEqual([]);
  });

  test('is joined by each element of an array', () => {
    expect(
      run(ab, [
        [0, 'a', { key: ['x', 'y'] }],
        [1, 'b', { key: 'y' }],
      ]),
    ).toEqual(['y: 0 1']);
  });

  test('is joined across fields and types', () => {
    const across = 'sequence [any where name == "a"] by made [any where name == "b"] by used';
    expect(
      run(across, [
        [0, 'a', { made: 17 }],
        [1, 'b', { used: '17' }],
      ]),
    ).toEqual(['17: 0 1']);
  });

  test('repeats a step as often as it runs', () => {
    const runs = 'sequence by key [any where name == "a"] with runs=3 [any where name == "b"]';
    expect(
      run(runs, [
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
      ]),
    ).toEqual([]);
    expect(
      run(runs, [
        [0, 'a'],
        [1, 'a'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 0 1 2 3']);
    expect(
      run(runs, [
        [0, 'a'],
        [1, 'a'],
        [2, 'a'],
        [3, 'a'],
        [4, 'b'],
        [5, 'b'],
      ]),
    ).toEqual(['k: 1 2 3 4']);
  });
});

describe('until', () => {
  const until = `${ab} until [any where name == "u"]`;

  test('ends what is under way, and nothing that is complete or comes later', () => {
    expect(
      run(until, [
        [0, 'a'],
        [1, 'u'],
        [2, 'b'],
      ]),
    ).toEqual([]);
    expect(
      run(until, [
        [0, 'a'],
        [1, 'b'],
        [2, 'u'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      run(until, [
        [0, 'a'],
        [1, 'u'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 2 3']);
    expect(
      run(until, [
        [0, 'a'],
        [1, 'u', { key: 'other' }],
        [2, 'b'],
      ]),
    ).toEqual(['k: 0 2']);
  });

  test('by the event that completes comes too late', () => {
    const same = `${ab} until [any where name == "b"]`;
    expect(
      run(same, [
        [0, 'a'],
        [1, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
  });

  test('by the event that begins ends it', () => {
    const same = `${ab} until [any where name == "a"]`;
    expect(
      run(same, [
        [0, 'a'],
        [1, 'b'],
      ]),
    ).toEqual([]);
  });
});

describe('a missing event', () => {
  const between = `sequence by key with maxspan=60s
    [any where name == "a"] ![any where name == "m"] [any where name == "b"]`;
  const behind = 'sequence by key with maxspan=60s [any where name == "a"] ![any where name == "m"]';
  const before = 'sequence by key with maxspan=60s ![any where name == "m"] [any where name == "a"]';
  const around = `sequence by key with maxspan=60s
    ![any where name == "m"] [any where name == "a"] ![any where name == "n"]`;

  test('between two others must not be there', () => {
    expect(
      run(between, [
        [0, 'a'],
        [9, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      run(between, [
        [0, 'a'],
        [5, 'm'],
        [9, 'b'],
      ]),
    ).toEqual([]);
    expect(
      run(between, [
        [0, 'a'],
        [5, 'm', { key: 'other' }],
        [9, 'b'],
      ]),
    ).toEqual(['k: 0 2']);
    expect(
      run(between, [
        [0, 'm'],
        [1, 'a'],
        [9, 'b'],
        [10, 'm'],
      ]),
    ).toEqual(['k: 1 2']);
  });

  test('behind the others must not come within maxspan of the first', () => {
    expect(run(behind, [[0, 'a']])).toEqual(['k: 0']);
    expect(
      run(behind, [
        [0, 'a'],
        [60, 'm'],
      ]),
    ).toEqual([]);
    expect(
      run(behind, [
        [0, 'a'],
        [61, 'm'],
      ]),
    ).toEqual(['k: 0']);
  });

  test('before the others must not come within maxspan of the last', () => {
    expect(run(before, [[0, 'a']])).toEqual(['k: 0']);
    expect(
      run(before, [
        [0, 'm'],
        [60, 'a'],
      ]),
    ).toEqual([]);
    expect(
      run(before, [
        [0, 'm'],
        [61, 'a'],
      ]),
    ).toEqual(['k: 1']);
  });

  test('on both sides leaves room for a span of maxspan in which neither is', () => {
    expect(
      run(around, [
        [0, 'm'],
        [30, 'a'],
        [60, 'n'],
      ]),
    ).toEqual([]);
    expect(
      run(around, [
        [0, 'm'],
        [30, 'a'],
        [61, 'n'],
      ]),
    ).toEqual(['k: 1']);
    expect(
      run(around, [
        [30, 'a'],
        [31, 'n'],
      ]),
    ).toEqual(['k: 0']);
  });

  test('never counts as an event of the sequence', () => {
    expect(
      run(between, [
        [0, 'a'],
        [1, 'm'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 2 3']);
  });
});

interface Sequence {
  readonly members: readonly Candidate[];
}

/**
 * Elasticsearch's own way to the same result, plain and slow: all events of a step at once, over lists of the sequences that
 * reached the step before, each event taking the latest of them that is earlier than itself and dropping those before it.
 */
function stepwise(candidates: readonly Candidate[], shape: SequenceShape): readonly string[] {
  const order = new Map(candidates.map((candidate, index) => [candidate, index]));
  const at = (candidate: Candidate | undefined): number =>
    candidate === undefined ? -1 : (order.get(candidate) ?? -1);
  const role = (candidate: Candidate): { steps: readonly number[]; until: boolean } =>
    candidate.payload as unknown as { steps: readonly number[]; until: boolean };
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
