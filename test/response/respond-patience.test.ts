import { expect, test } from 'vitest';
import { minuteMs } from '../../src/model/duration.ts';
import { patienceOf } from '../../workflows/respond-patience.ts';

const pacing = { firstMs: 5_000, longestMs: 5 * minuteMs, roundsForMs: 30 * minuteMs, tellPersonAfterMs: 5 * minuteMs };

/** All waits until there is no patience left. */
function waitsOf(given: typeof pacing): readonly number[] {
  const patience = patienceOf(given);
  const waits: number[] = [];
  for (let waitMs = patience.next(); waitMs !== null; waitMs = patience.next()) waits.push(waitMs);
  return waits;
}

test('rounds wait longer each time, for half an hour in all and no longer', () => {
  const waits = waitsOf(pacing);
  expect(waits.reduce((sum, each) => sum + each, 0)).toBe(30 * minuteMs);
  // Each is between half and all of twice the one before, until it is the longest; the last one is what is left.
  let wholeMs = pacing.firstMs;
  for (const waitMs of waits.slice(0, -1)) {
    expect(waitMs).toBeGreaterThanOrEqual(wholeMs / 2);
    expect(waitMs).toBeLessThanOrEqual(wholeMs);
    wholeMs = Math.min(wholeMs * 2, pacing.longestMs);
  }
  expect(waits.length).toBeGreaterThan(10);
});

test('responses that failed together do not come back together', () => {
  expect(waitsOf(pacing)).not.toEqual(waitsOf(pacing));
});

test('whoever has no patience left has none later', () => {
  const patience = patienceOf({ ...pacing, roundsForMs: 1 });
  expect([patience.next(), patience.next(), patience.next()]).toEqual([1, null, null]);
});
