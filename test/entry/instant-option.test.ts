import { expect, test, vi } from 'vitest';
import { durationOption, instantAheadOption, instantOption } from '../../src/entry/cli/instant-option.ts';

const now = Date.parse('2026-11-28T12:00:00Z');

test('a time is taken as it is, or as how long ago or ahead it lies', () => {
  expect(instantOption('90m', now)).toBe('2026-11-28T10:30:00Z');
  expect(instantAheadOption('7d', now)).toBe('2026-12-05T12:00:00Z');
  expect(instantOption('2026-11-24', now)).toBe('2026-11-24T00:00:00Z');
  expect(instantOption('2026-11-24T12:00:00', now)).toBe('2026-11-24T12:00:00Z');
});

test('all options of a command count from one moment, however long it takes to read them', () => {
  const from = instantOption('30d');
  vi.useFakeTimers({ now: Date.now() + 60_000 });
  try {
    expect(Date.parse(instantOption('2d')) - Date.parse(from)).toBe(28 * 86_400_000);
  } finally {
    vi.useRealTimers();
  }
});

test.each(['999999999d', '5w', '5 m', 'yesterday', ''])('what is no time is refused with what is: "%s"', (text) => {
  for (const option of [instantOption, instantAheadOption]) expect(() => option(text, now)).toThrow(/90m, 24h, 7d/);
});

test('a length of time is a second or more', () => {
  expect(durationOption('5m')).toBe(300_000);
  expect(() => durationOption('0s')).toThrow(/30s, 5m, 24h, 7d/);
});
