import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ecsTime, recordTimeMs } from '../../src/cloudtrail/record-time.ts';

function two(most: number) {
  return fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
}
const written = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), two(13), two(32), two(25), two(61), two(61))
  .map(([year, month, day, hour, minute, second]) => [
    `${String(year).padStart(4, '0')}-${month}-${day}`,
    `${hour}:${minute}:${second}`,
  ]);

test('a time in the form that nearly all records have is the one that other forms of it say, and no time where they say none', () => {
  fc.assert(
    fc.property(written, ([date, time]) => {
      const plain = `${date}T${time}Z`;
      const other = `${date} ${time},0+00:00`;
      expect(recordTimeMs(plain)).toBe(recordTimeMs(other));
      expect(ecsTime(plain)).toBe(ecsTime(other));
    }),
    { numRuns: 2000 },
  );
});

test('days that a month has not are no times', () => {
  for (const text of ['2026-02-29T00:00:00Z', '2026-06-31T00:00:00Z', '2026-01-01T24:00:00Z', '2026-13-01T00:00:00Z'])
    expect(recordTimeMs(text), text).toBeUndefined();
  expect(ecsTime('2028-02-29T23:59:59Z')).toBe('2028-02-29T23:59:59.000Z');
});
