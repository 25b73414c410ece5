import { expect, test } from 'vitest';
import { testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';
import { runSoak } from './soak-run.ts';
import { faultKinds } from '../../simulator/faults.ts';

test('after an hour of every kind of trouble, compressed, nothing is lost, doubled, uncovered or unjudged', async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  console.log(`soak: seed ${seed}`);
  const temporal = await testTemporal();
  const outcome = await runSoak({
    seed,
    troubledMs: 40_000,
    settleMs: 150_000,
    temporal: {
      address: temporal.address,
      polling: await temporal.createNamespace(),
      cases: await temporal.createNamespace(),
      bundleFile: (await testWorkflowBundle()).codePath,
    },
    onLine: (line) => console.log(`soak: ${line}`),
  });
  console.log(`soak: seed ${seed}: ${JSON.stringify(outcome.counts, null, 2)}`);
  expect(outcome.mishaps).toEqual([]);
  expect(outcome.flaws.slice(0, 20)).toEqual([]);
  for (const kind of faultKinds) expect(outcome.counts[`calls hit by ${kind}`]).toBeGreaterThan(0);
  for (const kind of ['permission withdrawn', 'sessions expired', 'worker killed', 'database restarted']) {
    expect(outcome.counts[kind]).toBeGreaterThan(0);
  }

  // And the same checkers, over the same run, see what is planted in its rows.
  const { rows, judge } = outcome;
  const { events } = rows.records;
  function kindsOf(changed: Partial<typeof rows>) {
    return judge({ ...rows, ...changed }).map(({ kind }) => kind);
  }
  // The oldest ones: of the youngest, the checkers do not ask for anything yet.
  function timeOf({ raw }: (typeof events)[number]) {
    return (JSON.parse(raw) as { readonly eventTime: string }).eventTime;
  }
  const [planted] = events.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  const [, ...later] = rows.windows.toSorted((a, b) => a.fromS - b.fromS);
  if (planted === undefined) throw new Error('the run stored no event');
  expect(kindsOf({ records: { ...rows.records, events: events.filter((event) => event !== planted) } })).toContain(
    'loss',
  );
  expect(kindsOf({ records: { ...rows.records, events: [...events, planted] } })).toContain('double');
  expect(kindsOf({ windows: rows.windows.map((window) => ({ ...window, toS: window.toS + 3600 })) })).toContain('gap');
  expect(kindsOf({ windows: later })).toContain('gap');
  expect(kindsOf({ alerts: rows.alerts.slice(1) })).toContain('alert');
}, 300_000);
