import { afterEach, describe, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { claimAlerts, closeCaseIfNoUnclaimed } from '../../src/adapters/store/cases/alert-claims.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import type { LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import type { CaseId } from '../../src/model/ids.ts';
import {
  accountId,
  type Collecting,
  type CollectingOptions,
  deliver,
  startCollecting,
  trailRecord,
} from '../collection/collecting.ts';
import { fakeRule, onAction, onManyOf, onNewUser, ruleSetOf } from './fake-rules.ts';

const running: Collecting[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
function agoMs(ms: number) {
  return Date.now() - ms;
}

async function start(ruleSet: LiveRuleSet, options: CollectingOptions = {}): Promise<Collecting> {
  const collecting = await startCollecting({ ruleSet, policy: { sweepDelaysS: [0] }, ...options });
  running.push(collecting);
  return collecting;
}

async function alertsOf(collecting: Collecting) {
  const alerts = await collecting.store.db
    .selectFrom('alerts')
    .selectAll()
    .orderBy('event_time')
    .orderBy('id')
    .execute();
  return alerts.map((alert) => ({
    id: alert.id,
    anchor: alert.anchor_event_id,
    events: alert.event_refs.map((ref) => ref.eventId),
    status: alert.status,
    late: alert.late,
    revision: alert.revision,
    caseId: alert.case_id,
    carried: alert.carried_over,
  }));
}

const listBuckets = ruleSetOf([{ rule: fakeRule('list'), matcher: onAction('ListBuckets') }]);
const newUser = ruleSetOf([{ rule: fakeRule('new-user', { type: 'new_terms' }), matcher: onNewUser(30 * minuteMs) }]);
const many = ruleSetOf([{ rule: fakeRule('many', { type: 'threshold' }), matcher: onManyOf(3, 10 * minuteMs) }]);

describe('detection', () => {
  test('writes alerts, their case and the cursor in one transaction, and rings the case once', async () => {
    const collecting = await start(listBuckets);
    await deliver(collecting, trailRecord('a', agoMs(20_000)), trailRecord('b', agoMs(10_000)));
    const alerts = await alertsOf(collecting);
    expect(alerts.map((alert) => alert.anchor)).toEqual(['a', 'b']);
    expect(new Set(alerts.map((alert) => alert.caseId)).size).toBe(1);
    expect(collecting.rings.cases).toEqual([alerts[0]?.caseId]);
    const [opened] = await collecting.store.db.selectFrom('cases').selectAll().execute();
    expect(opened).toMatchObject({ status: 'gathering', severity: 'low', actor: { kind: 'user', name: 'mallory' } });
    expect(opened?.id).toMatch(/^TH-[0-9BCDFGHJKMNPQRSTVWXYZ]{6}$/);
    await deliver(collecting, trailRecord('c', agoMs(5000)));
    expect(collecting.rings.cases.length).toBe(1);
  });

  test('rings the cases of a batch together: none waits until the one before it was told', async () => {
    const collecting = await start(listBuckets);
    const eve = { type: 'IAMUser', accountId, arn: `arn:aws:iam::${accountId}:user/eve`, userName: 'eve' };
    const byEve = trailRecord('b', agoMs(10_000), { userIdentity: { ...eve, principalId: 'AIDAEVE00000000000001' } });
    await deliver(collecting, trailRecord('a', agoMs(20_000)), byEve);
    await collecting.store.db.updateTable('cases').set({ ring_pending: false }).execute(); // as if nobody had rung
    const rung: CaseId[] = [];
    const both = Promise.withResolvers<void>();
    const detection = createDetectActivities({
      store: createDetectionStore(collecting.store),
      ruleSet: listBuckets,
      ringDetect: async () => undefined,
      ringCase: async (caseId) => {
        if (rung.push(caseId) === 2) both.resolve();
        await both.promise;
      },
    });
    await detection.detectPublished();
    expect(new Set(rung).size).toBe(2);
  });

  test('repeats nothing and skips nothing when a transaction is lost', async () => {
    const collecting = await start(listBuckets);
    await deliver(collecting, trailRecord('a', agoMs(20_000)));
    await collecting.store.db.updateTable('detect_cursor').set({ seq: 0n }).execute(); // as if the cursor had been lost
    await collecting.detect();
    expect((await alertsOf(collecting)).map(({ anchor, revision }) => ({ anchor, revision }))).toEqual([
      { anchor: 'a', revision: 0 },
    ]);
  });

  test('alerts once on an event that comes again with other content', async () => {
    const collecting = await start(listBuckets);
    await deliver(collecting, trailRecord('a', agoMs(20_000)));
    await deliver(collecting, trailRecord('a', agoMs(20_000), { sourceIPAddress: '198.51.100.1' }));
    expect((await alertsOf(collecting)).map((alert) => alert.anchor)).toEqual(['a']);
  });
});

describe('a late event', () => {
  test('supersedes an alert by the one that it makes, and deletes nothing', async () => {
    const collecting = await start(newUser, { historyMs: 2 * hourMs });
    await deliver(collecting, trailRecord('second', agoMs(10 * minuteMs)));
    await deliver(collecting, trailRecord('first', agoMs(20 * minuteMs)));
    const [first, second] = await alertsOf(collecting);
    expect(first).toMatchObject({ anchor: 'first', status: { kind: 'live' }, late: true });
    expect(second).toMatchObject({ anchor: 'second', status: { kind: 'superseded', by: first?.id } });
  });

  test('amends an alert whose events it changes', async () => {
    const collecting = await start(many);
    await deliver(collecting, ...[5, 4, 2].map((minutes) => trailRecord(`m${minutes}`, agoMs(minutes * minuteMs))));
    await deliver(collecting, trailRecord('m3', agoMs(3 * minuteMs)));
    expect(await alertsOf(collecting)).toMatchObject([
      { anchor: 'm5', events: ['m5', 'm4', 'm3'], revision: 1, late: true, status: { kind: 'live' } },
    ]);
  });
});

describe('a rule that learns', () => {
  test('marks what it finds until its history is read, and then lets through what the history has proved', async () => {
    const collecting = await start(newUser, { historyMs: 2 * hourMs });
    const { store, simulator } = collecting;
    const fault = simulator.control.addFault({
      kind: 'access-denied',
      match: { operation: 'LookupEvents', region: 'eu-central-1' },
      times: null,
    });
    await new Promise((done) => setTimeout(done, 1100));
    await deliver(collecting, trailRecord('now', agoMs(0)));
    expect(await alertsOf(collecting)).toMatchObject([{ anchor: 'now', status: { kind: 'learning' }, caseId: null }]);
    expect(collecting.rings.cases).toEqual([]);
    simulator.control.removeFault(fault.id);
    await store.db.updateTable('windows').set({ retry_at: null }).execute();
    await collecting.poll();
    await collecting.detect();
    const [alert] = await alertsOf(collecting);
    expect(alert).toMatchObject({ anchor: 'now', status: { kind: 'live' } });
    expect(collecting.rings.cases).toEqual([alert?.caseId]);
  });

  test('calls nothing new that happened before its window of history was full', async () => {
    const collecting = await start(newUser, { historyMs: hourMs });
    await deliver(collecting, trailRecord('old', agoMs(50 * minuteMs)));
    expect(await alertsOf(collecting)).toMatchObject([{ anchor: 'old', status: { kind: 'learning' } }]);
  });
});

describe('a flood', () => {
  test('gives max_signals an execution to cases and carries the others over, oldest first, dropping none', async () => {
    const rule = fakeRule('list', { maxSignals: 5, intervalMs: 5000 });
    const collecting = await start(ruleSetOf([{ rule, matcher: onAction('ListBuckets') }]));
    const records = Array.from({ length: 12 }, (_, index) =>
      trailRecord(`e${String(index).padStart(2, '0')}`, agoMs((60 - index) * 1000)),
    );
    await deliver(collecting, ...records);
    const alerts = await alertsOf(collecting);
    expect(alerts.length).toBe(12);
    expect(alerts.filter((alert) => alert.caseId !== null).map((alert) => alert.anchor)).toEqual([
      'e00',
      'e01',
      'e02',
      'e03',
      'e04',
    ]);
    expect(alerts.filter((alert) => alert.carried).length).toBe(7);
    const outcome = await collecting.detect();
    expect(outcome).toMatchObject({ newAlerts: 0 });
    expect(outcome.againAfterMs).toBeGreaterThan(0);
    await expect.poll(async () => (await collecting.detect()).carriedOver, { timeout: 20_000, interval: 500 }).toBe(0);
    expect((await alertsOf(collecting)).every((alert) => alert.caseId !== null && !alert.carried)).toBe(true);
  });
});

describe('a case', () => {
  test('does not close over an alert that it has not claimed, and later alerts open the next one', async () => {
    const collecting = await start(listBuckets);
    const { store } = collecting;
    await deliver(collecting, trailRecord('a', agoMs(20_000)));
    const [caseId] = collecting.rings.cases;
    if (caseId === undefined) throw new Error('no case was rung');
    expect(await closeCaseIfNoUnclaimed(store.db, caseId, 'nothing-to-do')).toBe(false);
    expect(await claimAlerts(store.db, caseId)).toBe(1);
    expect(await claimAlerts(store.db, caseId)).toBe(0);
    expect(await closeCaseIfNoUnclaimed(store.db, caseId, 'nothing-to-do')).toBe(true);
    expect(await closeCaseIfNoUnclaimed(store.db, caseId, 'nothing-to-do')).toBe(true);
    await deliver(collecting, trailRecord('b', agoMs(10_000)));
    expect(new Set(collecting.rings.cases).size).toBe(2);
  });

  test('claims each alert exactly once while alerts arrive and cases close', async () => {
    const collecting = await start(listBuckets);
    const { store } = collecting;
    let claimed = 0;
    const delivered = new AbortController();
    const closing = (async () => {
      while (!delivered.signal.aborted) {
        for (const caseId of new Set(collecting.rings.cases)) {
          claimed += await claimAlerts(store.db, caseId);
          await closeCaseIfNoUnclaimed(store.db, caseId, 'nothing-to-do');
        }
        await new Promise((done) => setTimeout(done, 1));
      }
    })();
    for (let round = 0; round < 8; round++) {
      const records = Array.from({ length: 5 }, (_, index) =>
        trailRecord(`r${round}-${index}`, agoMs((100 - round * 5 - index) * 1000)),
      );
      await deliver(collecting, ...records);
    }
    delivered.abort();
    await closing;
    for (const caseId of new Set(collecting.rings.cases)) claimed += await claimAlerts(store.db, caseId);
    expect(claimed).toBe(40);
    const alerts = await alertsOf(collecting);
    expect(alerts.length).toBe(40);
    expect(alerts.every((alert) => alert.caseId !== null)).toBe(true);
  });
});
