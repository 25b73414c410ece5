import { describe, expect, test } from 'vitest';
import { simulateCollection } from '../../bench/simulate/simulate-collection.ts';

describe('a month of polling under faults, by a virtual clock', () => {
  test('stores every event once, and calls covered exactly what was served to its end', () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const result = simulateCollection({ seed, sources: 2, days: 30 });
    console.log(`seed ${seed}: ${result.events} events, faults ${JSON.stringify(result.faults)}`);
    expect({ seed, findings: result.findings.slice(0, 5) }).toEqual({ seed, findings: [] });
    expect(result.events).toBeGreaterThan(0);
    expect(result.lateEvents).toBeGreaterThan(0);
    expect(result.longestLedger).toBeLessThan(150);
    expect(Object.keys(result.faults).toSorted()).toEqual([
      'answer lost',
      'permission withdrawn',
      'poll missed',
      'server fault',
      'throttled',
      'token refused',
      'worker killed',
    ]);
  });

  test('repeats itself from its seed', () => {
    const options = { seed: 42, sources: 1, days: 10 };
    expect(simulateCollection(options)).toEqual(simulateCollection(options));
  });

  test.each(['loss', 'gap', 'double'] as const)('its checkers see a planted %s', (plant) => {
    const { findings } = simulateCollection({ seed: 7, sources: 1, days: 10, plant });
    expect(findings.length).toBeGreaterThan(0);
  });
});
