import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandidateLog, logParts, type LoggedCandidates } from '../../src/detection/offline/candidate-log.ts';
import { loggedGroups, type LoggedCandidate } from '../../src/detection/offline/logged-groups.ts';
import type { AccountId } from '../../src/model/ids.ts';

interface Kept {
  readonly ruleIndex: number;
  readonly candidate: LoggedCandidate;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: 'binary-ascii', minLength: 50, maxLength: 200 }),
  fc.constantFrom('', '\ud800', 'a\udfff', '\u00ff', '\u0100', '\u0000', '1;a', ','),
);

const suppressing = 1;
const candidates = fc.record({
  ref: fc.record({
    accountId: fc.constantFrom('111122223333' as AccountId, '' as AccountId),
    eventId: anyText,
    revision: fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)),
  }),
  eventTimeMs: fc.oneof(fc.integer(), fc.double({ noNaN: true })),
  group: fc.oneof(
    fc.array(anyText, { maxLength: 4 }),
    fc.array(fc.constantFrom('', 'a', '\u0000', '\u0001\u0001'), { maxLength: 2 }),
  ),
  payload: fc.oneof(fc.constant(null), fc.constant(''), fc.record({ steps: fc.array(fc.nat(2)), text: anyText })),
});
const kept: fc.Arbitrary<Kept> = fc
  .tuple(fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1)), candidates, fc.oneof(fc.constant(null), anyText))
  .map(([ruleIndex, candidate, suppressionGroup]) => ({
    ruleIndex,
    candidate: ruleIndex === suppressing ? { ...candidate, suppressionGroup } : candidate,
  }));

function logOf(all: readonly Kept[]): LoggedCandidates {
  const log = new CandidateLog();
  for (const { ruleIndex, candidate } of all) log.add(ruleIndex, candidate, candidate.suppressionGroup);
  return log.logged();
}

function groupsIn(logs: readonly LoggedCandidates[], part: number) {
  return Array.from(loggedGroups(logs, part), (group) => {
    const { ruleIndex, isLone } = group;
    const candidates = group.candidates();
    expect(isLone).toBe(candidates.length === 1);
    return { ruleIndex, candidates };
  });
}

function allGroups(...logs: readonly LoggedCandidates[]) {
  return Array.from({ length: logParts }, (_, part) => groupsIn(logs, part)).flat();
}

/** Each group once, by its rule and values, with its candidates in an order of their own. */
function byGroup(groups: readonly { readonly ruleIndex: number; readonly candidates: readonly LoggedCandidate[] }[]) {
  const found = groups.map(({ ruleIndex, candidates }): readonly [string, readonly string[]] => [
    JSON.stringify([ruleIndex, candidates[0]?.group]),
    candidates.map((candidate) => JSON.stringify(candidate)).toSorted(),
  ]);
  const map = new Map(found);
  expect(map.size).toBe(found.length);
  return map;
}

function expected(all: readonly Kept[]) {
  return byGroup(
    [...Map.groupBy(all, ({ ruleIndex, candidate: { group } }) => JSON.stringify([ruleIndex, group])).values()].map(
      (same) => ({ ruleIndex: same[0]?.ruleIndex ?? -1, candidates: same.map(({ candidate }) => candidate) }),
    ),
  );
}

describe('a log of candidates', () => {
  it('gives them back by rule and group, each as it was, whatever their texts hold', () => {
    fc.assert(
      fc.property(fc.array(kept), (all) => {
        const log = logOf(all);
        expect(log.count).toBe(all.length);
        expect(byGroup(allGroups(log))).toEqual(expected(all));
      }),
    );
  });

  it('gives them back as they are', () => {
    fc.assert(
      fc.property(kept, ({ ruleIndex, candidate }) => {
        expect(allGroups(logOf([{ ruleIndex, candidate }]))).toEqual([{ ruleIndex, candidates: [candidate] }]);
      }),
    );
  });

  it('keeps all candidates of a rule that suppresses together, for one alert of it may suppress any other', () => {
    fc.assert(
      fc.property(fc.array(kept), (all) => {
        const log = logOf(all);
        const parts = Array.from({ length: logParts }, (_, part) => groupsIn([log], part));
        const holding = parts.filter((groups) => groups.some(({ ruleIndex }) => ruleIndex === suppressing));
        expect(holding.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is joined with the logs of other threads, which see the same memory', () => {
    fc.assert(
      fc.property(fc.array(fc.array(kept), { maxLength: 3 }), (threads) => {
        const logs = threads.map((all) => structuredClone(logOf(all)));
        expect(byGroup(allGroups(...logs))).toEqual(expected(threads.flat()));
      }),
    );
  });

  it('takes candidates of any size, and many of them', () => {
    const long = 'x'.repeat(300_000);
    const all = Array.from({ length: 30_000 }, (_, index): Kept => ({
      ruleIndex: index % 3,
      candidate: {
        ref: {
          accountId: '111122223333' as AccountId,
          eventId: `event-${index}`.padEnd(index % 199, '.'),
          revision: 0,
        },
        eventTimeMs: index,
        group: [`key-${index % 7000}`, ...(index % 10_000 === 0 ? [long] : [])],
        payload: null,
        // All of that rule's are in one part, which is so large that it is made into groups a share at a time.
        ...(index % 3 === suppressing ? { suppressionGroup: 'x'.repeat(100) } : {}),
      },
    }));
    const logged = logOf(all);
    expect(byGroup(allGroups(logged))).toEqual(expected(all));
    expect(logged.segments.filter((part) => part.length > 1).length).toBeGreaterThan(logParts / 2);
  });
});
