import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationInWords, durationMs } from '../../src/model/duration.ts';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
const all = ['ms', 's', 'm', 'h', 'd', 'w'] as const;

test('a number and a unit are so many of it, in the units that may stand there', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.constantFrom(...all), (amount, unit) => {
      expect(durationMs(`${amount}${unit}`, all)).toBe(amount * units[unit]);
      expect(
        durationMs(
          `${amount}${unit}`,
          all.filter((each) => each !== unit),
        ),
      ).toBeUndefined();
    }),
  );
});

test.each(['', '5', 'm', '-5m', '5.5m', ' 5m', '5 m', '5M', '5min', '5toString', '1234567890s'])(
  'what is no duration is none: "%s"',
  (text) => expect(durationMs(text, all)).toBeUndefined(),
);

test.each([
  [5 * 86_400_000, '5 days'],
  [86_400_000, '1 day'],
  [36 * 3_600_000, '36 hours'],
  [60_000, '1 minute'],
  [90_000, '90 seconds'],
  [1_500, '1,500 milliseconds'],
])('%d ms are said in the longest unit that says them whole: %s', (ms, words) => {
  expect(durationInWords(ms)).toBe(words);
});
