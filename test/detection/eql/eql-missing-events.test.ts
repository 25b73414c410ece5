import { describe, expect, test } from 'vitest';
import { runSequence } from './sequence-runs.ts';

describe('a missing event', () => {
  const between = `sequence by key with maxspan=60s
    [any where name == "a"] ![any where name == "m"] [any where name == "b"]`;
  const behind = 'sequence by key with maxspan=60s [any where name == "a"] ![any where name == "m"]';
  const before = 'sequence by key with maxspan=60s ![any where name == "m"] [any where name == "a"]';
  const around = `sequence by key with maxspan=60s
    ![any where name == "m"] [any where name == "a"] ![any where name == "n"]`;

  test('between two others must not be there', () => {
    expect(
      runSequence(between, [
        [0, 'a'],
        [9, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      runSequence(between, [
        [0, 'a'],
        [5, 'm'],
        [9, 'b'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(between, [
        [0, 'a'],
        [5, 'm', { key: 'other' }],
        [9, 'b'],
      ]),
    ).toEqual(['k: 0 2']);
    expect(
      runSequence(between, [
        [0, 'm'],
        [1, 'a'],
        [9, 'b'],
        [10, 'm'],
      ]),
    ).toEqual(['k: 1 2']);
  });

  test('behind the others must not come within maxspan of the first', () => {
    expect(runSequence(behind, [[0, 'a']])).toEqual(['k: 0']);
    expect(
      runSequence(behind, [
        [0, 'a'],
        [60, 'm'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(behind, [
        [0, 'a'],
        [61, 'm'],
      ]),
    ).toEqual(['k: 0']);
  });

  test('before the others must not come within maxspan of the last', () => {
    expect(runSequence(before, [[0, 'a']])).toEqual(['k: 0']);
    expect(
      runSequence(before, [
        [0, 'm'],
        [60, 'a'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(before, [
        [0, 'm'],
        [61, 'a'],
      ]),
    ).toEqual(['k: 1']);
  });

  test('on both sides leaves room for a span of maxspan in which neither is', () => {
    expect(
      runSequence(around, [
        [0, 'm'],
        [30, 'a'],
        [60, 'n'],
      ]),
    ).toEqual([]);
    expect(
      runSequence(around, [
        [0, 'm'],
        [30, 'a'],
        [61, 'n'],
      ]),
    ).toEqual(['k: 1']);
    expect(
      runSequence(around, [
        [30, 'a'],
        [31, 'n'],
      ]),
    ).toEqual(['k: 0']);
  });

  test('may be written as if it ran: none is none', () => {
    const twice = between.replace('"m"]', '"m"] with runs=2');
    expect(
      runSequence(twice, [
        [0, 'a'],
        [9, 'b'],
      ]),
    ).toEqual(['k: 0 1']);
    expect(
      runSequence(twice, [
        [0, 'a'],
        [5, 'm'],
        [9, 'b'],
      ]),
    ).toEqual([]);
  });

  test('never counts as an event of the sequence', () => {
    expect(
      runSequence(between, [
        [0, 'a'],
        [1, 'm'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ).toEqual(['k: 2 3']);
  });
});
