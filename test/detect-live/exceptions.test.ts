import { afterEach, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { heldBackTotals, preventedAlerts } from '../../src/adapters/store/detection/held-back-store.ts';
import type { LiveRule, LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import { type Collecting, startCollecting, trailRecord } from '../collection/collecting.ts';
import { fakeRule, onAction, onManyOf, ruleSetOf } from './fake-rules.ts';

const minuteMs = 60_000;
function agoMs(ms: number) {
  return Date.now() - ms;
}
const running: Collecting[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** Rules from which an exception holds back the events of before its expiry that it is told of by their ID. */
function excepted(rules: readonly LiveRule[], eventIds: RegExp, expiresMs = Number.POSITIVE_INFINITY): LiveRuleSet {
  const plain = ruleSetOf(rules);
  return {
    ...plain,
    candidatesOf: (event) => {
      const heldBackBy = eventIds.test(event.ref.eventId) && event.eventTimeMs < expiresMs ? 'x-1' : null;
      return plain.candidatesOf(event).map((found) => ({ ...found, heldBackBy }));
    },
  };
}

const list: LiveRule = { rule: fakeRule('list'), matcher: onAction('ListBuckets') };
const many: LiveRule = { rule: fakeRule('many', { type: 'threshold' }), matcher: onManyOf(3, 10 * minuteMs) };

async function start(): Promise<Collecting> {
  const collecting = await startCollecting({ policy: { sweepDelaysS: [0] } });
  running.push(collecting);
  return collecting;
}

async function judge({ store, rings }: Collecting, ruleSet: LiveRuleSet) {
  const activities = createDetectActivities({
    store: createDetectionStore(store),
    ruleSet,
    ringDetect: async () => {},
    ringCase: async (caseId) => void rings.cases.push(caseId),
  });
  return activities.detectPublished();
}

async function deliver(collecting: Collecting, ruleSet: LiveRuleSet, ...records: readonly never[]) {
  collecting.simulator.control.insertRecords({ records });
  await collecting.store.db.updateTable('windows').set({ sweeps_done: 0 }).execute();
  await collecting.poll();
  return judge(collecting, ruleSet);
}

async function alertsOf({ store }: Collecting) {
  const rows = await store.db.selectFrom('alerts').selectAll().orderBy('event_time').execute();
  return rows.map((row) => ({
    anchor: row.anchor_event_id,
    events: row.event_refs.map(({ eventId }) => eventId),
    status: row.status.kind,
    inCase: row.case_id !== null,
  }));
}

test('what an exception prevents is counted and recorded, and comes to no case', async () => {
  const collecting = await start();
  const rules = excepted([list], /^known/);
  const records = [trailRecord('known-1', agoMs(30_000)), trailRecord('other', agoMs(20_000))];
  expect(await deliver(collecting, rules, ...records)).toMatchObject({ newAlerts: 1 });
  await deliver(collecting, rules, trailRecord('known-2', agoMs(10_000)));
  expect(await alertsOf(collecting)).toMatchObject([
    { anchor: 'known-1', status: 'excepted', inCase: false },
    { anchor: 'other', status: 'live', inCase: true },
    { anchor: 'known-2', status: 'excepted', inCase: false },
  ]);
  expect(collecting.rings.cases.length).toBe(1);
  expect(await heldBackTotals(collecting.store.db)).toMatchObject([
    { exceptionId: 'x-1', ruleId: 'list', events: 2, alerts: 2 },
  ]);
  expect(await preventedAlerts(collecting.store.db, 'x-1', 10)).toMatchObject([
    { ruleId: 'list', eventRefs: [{ eventId: 'known-2' }] },
    { ruleId: 'list', eventRefs: [{ eventId: 'known-1' }] },
  ]);
});

test('an exception that expires, or is taken out, raises nothing of what it held back', async () => {
  const collecting = await start();
  const start5 = Math.floor(agoMs(5 * minuteMs) / 1000) * 1000; // CloudTrail tells whole seconds
  function known(minute: number) {
    return trailRecord(`known-${minute}`, start5 + minute * minuteMs);
  }
  await deliver(collecting, excepted([list, many], /^known/), known(0), known(1));
  const expired = excepted([list, many], /^known/, start5 + 2 * minuteMs);
  await deliver(collecting, expired, known(2), known(3));
  expect((await alertsOf(collecting)).map(({ anchor, status }) => `${anchor} ${status}`)).toEqual(
    expect.arrayContaining(['known-0 excepted', 'known-1 excepted', 'known-2 live', 'known-3 live']),
  );
  await deliver(collecting, ruleSetOf([list, many]), trailRecord('later', start5 + 4 * minuteMs));
  const alerts = await alertsOf(collecting);
  expect(alerts.filter(({ inCase }) => inCase).map(({ anchor }) => anchor)).toEqual([
    'known-2', // of the rule on many: three events that nothing holds back
    'known-2',
    'known-3',
    'later',
  ]);
  expect(alerts.filter(({ status, inCase }) => status === 'excepted' && inCase)).toEqual([]);
});

test('an event that is judged twice, because the cursor was lost, raises nothing either', async () => {
  const collecting = await start();
  await deliver(collecting, excepted([list], /^known/), trailRecord('known', agoMs(20_000)));
  await collecting.store.db.updateTable('detect_cursor').set({ seq: 0n }).execute();
  await judge(collecting, ruleSetOf([list]));
  expect(await alertsOf(collecting)).toMatchObject([{ anchor: 'known', status: 'excepted', inCase: false }]);
});

test('events that nothing holds back make an alert of their own where a prevented one begins', async () => {
  const collecting = await start();
  const rules = excepted([many], /^known/);
  function at(id: string, minutes: number) {
    return trailRecord(id, agoMs(minutes * minuteMs));
  }
  await deliver(collecting, rules, at('a', 8), at('known', 7), at('b', 6));
  expect(await alertsOf(collecting)).toMatchObject([
    { anchor: 'a', events: ['a', 'known', 'b'], status: 'excepted', inCase: false },
  ]);
  await deliver(collecting, rules, at('c', 5));
  expect(await alertsOf(collecting)).toMatchObject([
    { anchor: 'a', events: ['a', 'b', 'c'], status: 'live', inCase: true },
  ]);
});
