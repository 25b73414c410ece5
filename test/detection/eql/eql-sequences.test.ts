import { describe, expect, test } from 'vitest';
import { createFieldTable } from '../../../src/detection/fields/document-fields.ts';
import { parseEql } from '../../../src/detection/eql/parser.ts';
import { compileSequence } from '../../../src/detection/eql/sequence-matcher.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import { eventAt } from './events.ts';
import { runSequence } from './sequence-runs.ts';

const ab = 'sequence by key with maxspan=60s [any where name == "a"] [any where name == "b"]';

describe('a sequence', () => {
  test('is an event followed by another with the same key', () => {
    expect(
      runSequence(ab, [
        [0, 'a'],
        [5, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      runSequence(ab, [
        [0, 'b'],
        [5, 'a'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(ab, [
        [0, 'a', { key: 'x' }],
        [5, 'b', { key: 'y' }],
      ]),
    ).toEqual([]);
  });

  test('may last as long as maxspan, and no longer', () => {
    expect(
      runSequence(ab, [
        [0, 'a'],
        [60, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      runSequence(ab, [
        [0, 'a'],
        [61, 'b'],
      ]),
    ).toEqual([]);
  });

  test('without maxspan waits for ever', () => {
    expect(
      runSequence('sequence [any where name == "a"] [any where name == "b"]', [
        [0, 'a'],
        [8e6, 'b'],
      ]),
    ).toEqual([': 0 1']);
  });

  test('has its older first event replaced by a newer one', () => {
    expect(
      runSequence(ab, [
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
      ]),
    ).toEqual(['k: 1 2']);
  });

  test('that is completed is used up', () => {
    expect(
      runSequence(ab, [
        [0, 'a'],
        [1, 'b'],
        [2, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      runSequence(ab, [
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 1 2']);
    expect(
      runSequence(ab, [
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
    expect(runSequence(abc, events)).toEqual(['k: 1 2 5']);
  });

  test('never counts one event for two of its steps', () => {
    const twice = 'sequence by key [any where true] [any where name == "b"]';
    expect(runSequence(twice, [[0, 'b']])).toEqual([]);
    expect(
      runSequence(twice, [
        [0, 'b'],
        [1, 'b'],
        [2, 'b'],
      ]),
    ).toEqual(['k: 0 1', 'k: 1 2']);
  });

  test('takes events of one instant in the order of their IDs', () => {
    expect(
      runSequence(ab, [
        [0, 'a'],
        [0, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
  });

  test("takes events of one instant in the order of the rule's tiebreaker, those without one last", () => {
    function inOrder(first: JsonValue, second: JsonValue): readonly string[] {
      return runSequence(
        ab,
        [
          [0, 'b', { order: second }],
          [0, 'a', { order: first }],
        ],
        'order',
      );
    }
    expect(inOrder(9, 10)).toEqual(['k: 1 0']);
    expect(inOrder(10, 9)).toEqual([]);
    expect(inOrder('10', '9')).toEqual(['k: 1 0']);
    expect(inOrder(7, null)).toEqual(['k: 1 0']);
    expect(inOrder(null, 7)).toEqual([]);
    expect(inOrder([5, 2], [3, 4])).toEqual(['k: 1 0']);
    // Event time comes first.
    expect(
      runSequence(
        ab,
        [
          [0, 'a', { order: 2 }],
          [1, 'b', { order: 1 }],
        ],
        'order',
      ),
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
      runSequence(ab, [
        [0, 'a', none],
        [1, 'b', none],
      ]),
    ).toEqual([]);
    const optional = 'sequence by ?key [any where name == "a"] [any where name == "b"]';
    expect(
      runSequence(optional, [
        [0, 'a', none],
        [1, 'b', none],
      ]),
    ).toEqual([': 0 1']);
    expect(
      runSequence(optional, [
        [0, 'a', none],
        [1, 'b'],
      ]),
    ).toEqual([]);
  });

  test('is joined by each element of an array', () => {
    expect(
      runSequence(ab, [
        [0, 'a', { key: ['x', 'y'] }],
        [1, 'b', { key: 'y' }],
      ]),
    ).toEqual(['y: 0 1']);
  });

  test('is joined across fields and types', () => {
    const across = 'sequence [any where name == "a"] by made [any where name == "b"] by used';
    expect(
      runSequence(across, [
        [0, 'a', { made: 17 }],
        [1, 'b', { used: '17' }],
      ]),
    ).toEqual(['17: 0 1']);
  });

  test('repeats a step as often as it runs', () => {
    const runs = 'sequence by key [any where name == "a"] with runs=3 [any where name == "b"]';
    expect(
      runSequence(runs, [
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(runs, [
        [0, 'a'],
        [1, 'a'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 0 1 2 3']);
    expect(
      runSequence(runs, [
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
      runSequence(until, [
        [0, 'a'],
        [1, 'u'],
        [2, 'b'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(until, [
        [0, 'a'],
        [1, 'b'],
        [2, 'u'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      runSequence(until, [
        [0, 'a'],
        [1, 'u'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 2 3']);
    expect(
      runSequence(until, [
        [0, 'a'],
        [1, 'u', { key: 'other' }],
        [2, 'b'],
      ]),
    ).toEqual(['k: 0 2']);
  });

  test('by the event that completes comes too late', () => {
    const same = `${ab} until [any where name == "b"]`;
    expect(
      runSequence(same, [
        [0, 'a'],
        [1, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
  });

  test('by the event that begins ends it', () => {
    const same = `${ab} until [any where name == "a"]`;
    expect(
      runSequence(same, [
        [0, 'a'],
        [1, 'b'],
      ]),
    ).toEqual([]);
  });
});
