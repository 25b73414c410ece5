import { describe, expect, test } from 'vitest';
import { faultKinds } from '../../bench/simulate/faults.ts';
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
    expect(Object.keys(result.faults).toSorted()).toEqual(faultKinds.toSorted());
  });

  test('injects every kind of fault into every source, however quiet and short its run is', () => {
    for (let round = 0; round < 20; round++) {
      const seed = Math.floor(Math.random() * 2 ** 32);
      const { faults, lateEvents, findings } = simulateCollection({ seed, sources: 1, days: 2 });
      const missing = faultKinds.filter((kind) => (faults[kind] ?? 0) === 0);
      expect({ seed, missing, findings, late: lateEvents > 0 }).toEqual({
        seed,
        missing: [],
        findings: [],
        late: true,
      });
    }
  });

  test('repeats itself from its seed, and from no other', () => {
    const options = { seed: Math.floor(Math.random() * 2 ** 32), sources: 1, days: 10 };
    const first = simulateCollection(options);
    expect(simulateCollection(options)).toEqual(first);
    expect(simulateCollection({ ...options, seed: options.seed + 1 }).digest).not.toBe(first.digest);
  });

  test.each(['loss', 'gap', 'double'] as const)('its checkers see a planted %s', (plant) => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const { findings } = simulateCollection({ seed, sources: 1, days: 10, plant });
    expect({ seed, seen: findings.length > 0 }).toEqual({ seed, seen: true });
  });
});
