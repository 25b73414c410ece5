import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../../src/model/ids.ts';
import {
  compareInstants,
  earlierOf,
  instantAfter,
  instantOfMs,
  laterOf,
  trailInstantOfMs,
} from '../../src/model/instant.ts';

const anyMs = fc.integer({ min: Date.UTC(2013, 0, 1), max: Date.UTC(2100, 0, 1) });

test('an instant tells the time that it was made of, in either way of writing it', () => {
  fc.assert(
    fc.property(anyMs, (ms) => {
      expect([instantOfMs(ms), trailInstantOfMs(ms)].map((text) => Date.parse(text))).toEqual([ms, ms]);
    }),
  );
  expect(instantOfMs(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(trailInstantOfMs(0)).toBe('1970-01-01T00:00:00Z');
});

test('the instant after so long is so much later, and earlier where the time is negative', () => {
  fc.assert(
    fc.property(anyMs, fc.integer({ min: -1e9, max: 1e9 }), (ms, apartMs) => {
      expect(instantAfter(trailInstantOfMs(ms), apartMs)).toBe(instantOfMs(ms + apartMs));
    }),
  );
});

test('instants have the order of their time, however they are written', () => {
  const half = '2026-11-24T12:00:00.500Z' as Instant;
  const whole = '2026-11-24T12:00:00Z' as Instant;
  expect([half, whole].toSorted(compareInstants)).toEqual([whole, half]);
  expect([earlierOf(half, whole), laterOf(whole, half)]).toEqual([whole, half]);
  expect([earlierOf(null, half), laterOf(null, half)]).toEqual([half, half]);
});
