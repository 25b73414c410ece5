import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFieldTable } from '../../src/detection/fields/document-fields.ts';
import type { AlertDraft, Candidate } from '../../src/detection/rule-type.ts';
import {
  compileThreshold,
  type ThresholdDetail,
  type ThresholdSection,
} from '../../src/detection/rule-types/threshold/threshold-matcher.ts';
import {
  thresholdSpans,
  type ThresholdEvent,
  type ThresholdLimits,
} from '../../src/detection/rule-types/threshold/threshold-spans.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { eventAt } from './eql/events.ts';

type TestEvent = readonly [second: number, fields: JsonObject, account?: string, id?: string];

/** Runs a threshold with a look-back of 60 s; the event's ID is its place in the list. */
function run(threshold: Partial<ThresholdSection>, events: readonly TestEvent[]): readonly string[] {
  const fields = createFieldTable();
  const failed = fields.slotOf('failed');
  const matcher = compileThreshold({
    matches: (event) => !event.values(failed).includes('no'),
    threshold: { fields: ['user'], value: 3, cardinality: null, ...threshold },
    lookBackMs: 60_000,
    fields,
  });
  const groups = new Map<string, Candidate[]>();
  for (const [index, [second, document, account = '111122223333', id = `e${index}`]] of events.entries()) {
    const event = eventAt(second, id, document, fields);
    const ref = { ...event.ref, accountId: account as AccountId };
    for (const candidate of matcher.candidates({ ...event, ref })) {
      const key = JSON.stringify(candidate.group);
      groups.set(key, [...(groups.get(key) ?? []), candidate]);
    }
  }
  return [...groups.values()].flatMap((candidates) => matcher.settle(candidates)).map(shown);
}

function shown({ eventRefs, detail }: AlertDraft): string {
  const { values, count, cardinality } = detail as ThresholdDetail;
  const ids = eventRefs.map((ref) => ref.eventId.slice(1)).join(' ');
  return `${values.join('|')} ${count}${cardinality === null ? '' : `/${cardinality}`}: ${ids}`;
}

const alice = { user: 'alice' };

describe('a threshold', () => {
  test('is met when a span of the look-back holds enough events of a group', () => {
    expect(
      run({}, [
        [0, alice],
        [30, alice],
      ]),
    ).toEqual([]);
    expect(
      run({}, [
        [0, alice],
        [30, alice],
        [60, alice],
      ]),
    ).toEqual(['alice 3: 0 1 2']);
    expect(
      run({}, [
        [0, alice],
        [30, alice],
        [61, alice],
      ]),
    ).toEqual([]);
    expect(
      run({}, [
        [0, alice],
        [10, { user: 'bob' }],
        [20, alice],
      ]),
    ).toEqual([]);
  });

  test('carries all events of its span in one alert', () => {
    expect(
      run(
        {},
        [0, 1, 2, 3, 4, 60].map((second) => [second, alice]),
      ),
    ).toEqual(['alice 6: 0 1 2 3 4 5']);
  });

  test('begins its span as late as need be', () => {
    expect(
      run({}, [
        [0, alice],
        [50, alice],
        [70, alice],
        [80, alice],
      ]),
    ).toEqual(['alice 3: 1 2 3']);
  });

  test('counts no event for two alerts', () => {
    const seconds = [0, 1, 2, 61, 62, 63, 64];
    expect(
      run(
        {},
        seconds.map((second) => [second, alice]),
      ),
    ).toEqual(['alice 3: 0 1 2', 'alice 4: 3 4 5 6']);
    // 70 and 71 alone are not enough: 59 belongs to the first alert.
    expect(
      run(
        {},
        [0, 1, 59, 70, 71].map((second) => [second, alice]),
      ),
    ).toEqual(['alice 3: 0 1 2']);
  });

  test('counts only what matches the query', () => {
    expect(
      run({}, [
        [0, alice],
        [1, { ...alice, failed: 'no' }],
        [2, alice],
      ]),
    ).toEqual([]);
  });

  test('takes events of every account together, and one event that came twice once', () => {
    const first = '111111111111';
    const second = '222222222222';
    expect(
      run({}, [
        [0, alice, first],
        [1, alice, second],
        [2, alice, first],
      ]),
    ).toEqual(['alice 3: 0 1 2']);
    expect(
      run({}, [
        [0, alice, first, 'e0'],
        [1, alice, first, 'e0'],
        [2, alice, first, 'e0'],
      ]),
    ).toEqual([]);
    expect(
      run({}, [
        [0, alice, first, 'e0'],
        [1, alice, second, 'e0'],
        [2, alice],
      ]),
    ).toEqual(['alice 3: 0 0 2']);
  });

  test('counts a corrected copy with an ID of its own once', () => {
    const correction = { ...alice, aws: { cloudtrail: { addendum: { original_event_id: 'e0' } } } };
    expect(
      run({}, [
        [0, alice],
        [10, correction],
        [20, alice],
      ]),
    ).toEqual([]);
  });

  test('knows no group for an event without one of its fields', () => {
    const both = { fields: ['user', 'address'] };
    expect(
      run(both, [
        [0, alice],
        [1, alice],
        [2, alice],
      ]),
    ).toEqual([]);
    expect(
      run(
        both,
        [0, 1, 2].map((second) => [second, { ...alice, address: 7 }]),
      ),
    ).toEqual(['alice|7 3: 0 1 2']);
  });

  test('puts an event with an array into a group for each element', () => {
    const events: TestEvent[] = [0, 1, 2].map((second) => [second, { user: ['a', 'b', 'a'] }]);
    expect(run({}, events)).toEqual(['a 3: 0 1 2', 'b 3: 0 1 2']);
  });

  test('without fields counts all events together', () => {
    expect(
      run({ fields: [] }, [
        [0, {}],
        [1, alice],
        [2, {}],
      ]),
    ).toEqual([' 3: 0 1 2']);
  });

  test('wants distinct values where it has a cardinality', () => {
    const distinct = { value: 1, cardinality: { field: 'secret', value: 3 } };
    function read(second: number, secret: string): TestEvent {
      return [second, { ...alice, secret }];
    }
    expect(run(distinct, [read(0, 'x'), read(1, 'x'), read(2, 'y'), read(3, 'y')])).toEqual([]);
    expect(run(distinct, [read(0, 'x'), read(1, 'x'), read(2, 'y'), read(3, 'z'), read(4, 'x')])).toEqual([
      'alice 5/3: 0 1 2 3 4',
    ]);
    expect(run(distinct, [read(0, 'x'), read(40, 'y'), read(61, 'z')])).toEqual([]);
    expect(run({ ...distinct, value: 4 }, [read(0, 'x'), read(1, 'y'), read(2, 'z')])).toEqual([]);
    expect(run(distinct, [read(0, 'x'), [1, alice], read(2, 'y'), read(3, 'z')])).toEqual(['alice 4/3: 0 1 2 3']);
  });

  test('tells long values apart, and keeps only their digests', () => {
    const fields = createFieldTable();
    const matcher = compileThreshold({
      matches: () => true,
      threshold: { fields: [], value: 1, cardinality: { field: 'parameters', value: 2 } },
      lookBackMs: 60_000,
      fields,
    });
    const candidates = ['x', 'y'].flatMap((end, index) =>
      matcher.candidates(eventAt(index, `e${index}`, { parameters: 'p'.repeat(9000) + end }, fields)),
    );
    expect(JSON.stringify(candidates).length).toBeLessThan(1000);
    expect(matcher.settle(candidates)).toHaveLength(1);
  });

  test('keeps its anchor when an event comes late', () => {
    const fields = createFieldTable();
    const threshold = { fields: ['user'], value: 3, cardinality: null };
    const matcher = compileThreshold({ matches: () => true, threshold, lookBackMs: 60_000, fields });
    const all = [0, 10, 20, 30].flatMap((second, index) =>
      matcher.candidates(eventAt(second, `e${index}`, alice, fields)),
    );
    const early = matcher.settle(all.filter(({ ref }) => ref.eventId !== 'e1'));
    const late = matcher.settle(all);
    expect(late[0]?.anchor).toEqual(early[0]?.anchor);
    expect(late[0]?.eventRefs).toHaveLength(4);
  });
});

/** By the definition, span by span: the first event from which enough follows within the span. */
function plainSpans(
  events: readonly ThresholdEvent[],
  limits: ThresholdLimits,
): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (let first = 0; first < events.length; first += 1) {
    const start = events[first]?.eventTimeMs ?? 0;
    const within = events.slice(first).filter((event) => event.eventTimeMs - start <= limits.spanMs);
    const distinct = new Set(within.flatMap((event) => event.distinct));
    if (within.length < limits.count || distinct.size < (limits.cardinality ?? 0)) continue;
    spans.push([first, first + within.length - 1]);
    first += within.length - 1;
  }
  return spans;
}

test('spans are those that a plain, slow evaluation finds', () => {
  const events = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 })), {
      maxLength: 60,
    })
    .map((steps) => {
      let eventTimeMs = 0;
      return steps.map(([gap, distinct]) => ({ eventTimeMs: (eventTimeMs += gap), distinct }));
    });
  const limits = fc.record({
    spanMs: fc.integer({ min: 0, max: 40 }),
    count: fc.integer({ min: 1, max: 8 }),
    cardinality: fc.option(fc.integer({ min: 1, max: 4 })),
  });
  fc.assert(
    fc.property(events, limits, (history, wanted) => {
      const found = thresholdSpans(history, wanted);
      expect(found.map(({ first, last }) => [first, last])).toEqual(plainSpans(history, wanted));
    }),
    { numRuns: 3000 },
  );
});
