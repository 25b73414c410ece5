import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToBatch, emptyBatch } from '../../src/detection/candidate-batch.ts';
import { groupOfText, groupText } from '../../src/detection/group-text.ts';
import { HeldCandidates } from '../../src/detection/held-candidates.ts';
import type { Candidate } from '../../src/detection/rule-type.ts';
import type { AccountId } from '../../src/model/ids.ts';

const groups = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });

const candidates: fc.Arbitrary<Candidate> = fc.record({
  ref: fc.record({
    accountId: fc.constantFrom('111122223333' as AccountId, '' as AccountId),
    eventId: fc.string({ unit: 'binary', maxLength: 8 }),
    revision: fc.nat(3),
  }),
  eventTimeMs: fc.integer(),
  group: fc.oneof(groups, fc.array(fc.constantFrom('', 'a', '1;a', ','), { maxLength: 2 })),
  payload: fc.oneof(fc.constant(null), fc.record({ steps: fc.array(fc.nat(2)) })),
});

describe("a group's text", () => {
  it('says what the group was, whatever its values hold', () => {
    fc.assert(
      fc.property(groups, (group) => {
        expect(groupOfText(groupText(group))).toEqual(group);
      }),
    );
  });
});

describe('held candidates', () => {
  it('come back by group, each as it was, in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(candidates), (all) => {
        const held = new HeldCandidates();
        for (const candidate of all) held.add(candidate);
        const byGroup = Map.groupBy(all, ({ group }) => JSON.stringify(group));
        expect([...held.inGroups()]).toEqual([...byGroup.values()]);
        expect(held.size).toBe(all.length);
      }),
    );
  });
});

describe('a batch of candidates', () => {
  it('gives them on unchanged, from one thread to another', () => {
    const kept = fc.array(fc.tuple(fc.nat(9), candidates, fc.constantFrom(undefined, null, 'g')));
    fc.assert(
      fc.property(kept, (all) => {
        const batch = emptyBatch();
        for (const one of all) addToBatch(batch, ...one);
        const received = structuredClone(batch);
        const held = new HeldCandidates();
        for (const place of all.keys()) held.addFrom(received, place);
        const direct = new HeldCandidates();
        for (const [, candidate] of all) direct.add(candidate);
        expect([...held.inGroups()]).toEqual([...direct.inGroups()]);
        expect(received.ruleIndexes).toEqual(all.map(([rule]) => rule));
        expect(all.map((_, place) => received.suppressionGroups.get(place))).toEqual(all.map(([, , group]) => group));
      }),
    );
  });
});
