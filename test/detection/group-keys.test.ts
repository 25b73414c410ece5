import { describe, expect, it } from 'vitest';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { groupsOf, maxCombinations } from '../../src/detection/offline/group-keys.ts';
import type { JsonObject } from '../../src/model/json.ts';

function groups(document: JsonObject, ...paths: readonly string[]) {
  const table = createFieldTable();
  const fields = paths.map((path) => ({ slot: table.slotOf(path), absent: null }));
  return groupsOf(eventFields(document, table), fields);
}

function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `v${index}`);
}

describe('the groups of an event', () => {
  it('are all combinations of the elements of its arrays, each once', () => {
    expect(groups({ a: ['x', 'y', 'x'], b: 'z', c: [1, 2] }, 'a', 'b', 'c')).toEqual([
      ['x', 'z', '1'],
      ['x', 'z', '2'],
      ['y', 'z', '1'],
      ['y', 'z', '2'],
    ]);
  });

  it('are none where it lacks a field', () => {
    expect(groups({ a: 'x' }, 'a', 'b')).toEqual([]);
    expect(groups({ a: ['x', 'y'], b: [] }, 'a', 'b')).toEqual([]);
  });

  it('are no more than memory bears, however large its arrays are', () => {
    const found = groups({ a: many(2500), b: many(2500), c: many(2500) }, 'a', 'b', 'c');
    expect(found.length).toBeLessThanOrEqual(maxCombinations);
    expect(new Set(found.map(([first]) => first)).size).toBe(2500);
    expect(groups({ a: many(maxCombinations + 1) }, 'a')).toHaveLength(maxCombinations + 1);
  });
});
