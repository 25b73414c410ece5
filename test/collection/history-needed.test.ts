import { expect, test } from 'vitest';
import { historyNeededMs } from '../../src/collection/history-needed.ts';

const dayMs = 86_400_000;
function rule(learns: boolean, days: number) {
  return { matcher: { learns, horizonMs: days * dayMs } };
}

test('history reaches as far back as the rules that learn look, and a day more', () => {
  expect(historyNeededMs([rule(true, 14), rule(true, 7)], 7 * dayMs)).toBe(15 * dayMs);
});

test('the configured history is read even where no rule needs it', () => {
  expect(historyNeededMs([rule(false, 30)], 7 * dayMs)).toBe(7 * dayMs);
});

test('nothing is asked for that CloudTrail no longer keeps', () => {
  expect(historyNeededMs([rule(true, 365)], 7 * dayMs)).toBe(89 * dayMs);
});
