import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  lookupTurnMs,
  pacerOver,
  toleratedLatenessMs,
  type TurnBook,
  type WaitingClock,
} from '../../src/adapters/store/collection/request-pacer.ts';
import type { SourceId } from '../../src/model/ids.ts';

const source = 'lookup/111122223333/us-east-1' as SourceId;

/** A clock that stands still but while somebody waits, and wakes as late as it is told. */
class LateClock implements WaitingClock {
  ms = 0;
  readonly #latenesses: number[];

  constructor(latenesses: readonly number[]) {
    this.#latenesses = [...latenesses];
  }

  now(): number {
    return this.ms;
  }

  async wait(ms: number): Promise<void> {
    this.ms += ms + (this.#latenesses.shift() ?? 0);
  }
}

/** Books turns as the store does, and answers as late as the clock wakes. */
function bookOver(clock: LateClock): TurnBook {
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    async take() {
      const turnAtMs = Math.max(nextMs, clock.ms);
      const waitMs = turnAtMs - clock.ms;
      nextMs = turnAtMs + lookupTurnMs;
      await clock.wait(0);
      return waitMs;
    },
    async countFromNow() {
      nextMs = Math.max(nextMs, clock.ms + lookupTurnMs);
    },
  };
}

test('who sends one request after the other never sends three within a second, however late the machine wakes', async () => {
  const latenesses = fc.array(
    fc.oneof(fc.integer({ min: 0, max: toleratedLatenessMs }), fc.integer({ min: 0, max: 3000 })),
    {
      minLength: 2,
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(latenesses, async (late) => {
      const clock = new LateClock(late);
      const pacer = pacerOver(bookOver(clock), clock);
      const sentMs: number[] = [];
      for (let request = 0; request < 20; request += 1) {
        await pacer.turn(source);
        sentMs.push(clock.ms);
      }
      const spans = sentMs.slice(2).map((at, index) => at - (sentMs[index] ?? 0));
      expect(Math.min(...spans)).toBeGreaterThan(1000);
    }),
    { numRuns: 2000 },
  );
});
