import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenBucket } from '../../simulator/token-bucket.ts';

/** How many of these moments are granted. */
function granted(moments: readonly number[], rate: number, neighbourShare = 0): readonly number[] {
  const bucket = tokenBucket(rate, neighbourShare);
  return moments.filter((moment) => bucket.take(moment));
}

describe('the quota', () => {
  it('never grants more than a full bucket and what has come in since', () => {
    const moments = fc.array(fc.nat({ max: 10_000 }), { maxLength: 200 }).map((list) => list.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(moments, (asked) => {
        const times = granted(asked, 2);
        for (const [index, from] of times.entries()) {
          for (const [further, to] of times.slice(index).entries()) {
            expect(further + 1).toBeLessThanOrEqual(2 + ((to - from) / 1_000) * 2 + 1e-6);
          }
        }
      }),
    );
  });

  it('grants everything to whoever asks at its pace', () => {
    const moments = Array.from({ length: 100 }, (_, index) => index * 500);
    expect(granted(moments, 2)).toEqual(moments);
  });

  it('leaves less where a neighbour spends a part', () => {
    const moments = Array.from({ length: 101 }, (_, index) => index * 500);
    expect(granted(moments, 2, 0.5).length).toBeLessThan(55);
  });
});
