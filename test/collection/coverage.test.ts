import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createCollectActivities } from '../../activities/collect.ts';
import { endPauses, storePause } from '../../src/adapters/store/accounts/account-store.ts';
import { renderCoverage } from '../../src/entry/coverage-report/render.ts';
import { coveragePorts } from '../../src/entry/compose/coverage-ports.ts';
import { amissOnly, coverage as askCoverage, coverageSchema, hasGap } from '../../src/views/coverage.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { OperationalAlert } from '../../src/collection/ports.ts';
import type { Instant } from '../../src/model/ids.ts';
import { accountId, type Collecting, type CollectingOptions, startCollecting, trailRecord } from './collecting.ts';

const running: Collecting[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function start(options: CollectingOptions = {}): Promise<Collecting> {
  const collecting = await startCollecting(options);
  running.push(collecting);
  return collecting;
}

function instant(ms: number) {
  return new Date(ms).toISOString() as Instant;
}
const hourMs = 3_600_000;

/** Runs the collection's own check, and tells what it raised and ended. */
async function watch(collecting: Collecting, footprintLateS = 75 * 60): Promise<readonly string[]> {
  const told: string[] = [];
  const ports = collecting.ports();
  const activities = createCollectActivities({
    ...ports,
    policy: { ...ports.policy, footprintLateS },
    ringDetect: async () => {},
    onOperationalAlert: (alert: OperationalAlert, state) => void told.push(`${state} ${alert.kind} ${alert.subject}`),
  });
  await new MockActivityEnvironment().run(() => activities.watchCollection());
  return told;
}

async function coverage(collecting: Collecting, asked: { readonly until?: Instant | undefined } = {}) {
  const query = { since: instant(Date.now() - 2 * hourMs), until: asked.until ?? instant(Date.now()) };
  return coverageSchema.parse(
    await askCoverage(
      coveragePorts(collecting.store.db, async () => []),
      query,
    ),
  );
}

describe('the coverage ledger', () => {
  test('says of each region what was read, with records and late ones, as data and as a timeline', async () => {
    const collecting = await start();
    collecting.simulator.control.insertRecords({ records: [trailRecord('a', Date.now() - 1000)] });
    await collecting.poll();
    const view = await coverage(collecting);
    expect(view.accounts).toMatchObject([{ id: accountId, lifecycle: 'watched', learning: { readShare: 1 } }]);
    const [, region] = view.accounts[0]?.sources ?? [];
    expect(region).toMatchObject({ region: 'us-east-1', gaps: [] });
    expect(region?.windows.every((window) => window.state === 'covered')).toBe(true);
    expect(region?.windows.reduce((sum, window) => sum + window.records, 0)).toBeGreaterThanOrEqual(1);
    expect(region?.reads.map((read) => read.reason).toSorted()).toEqual(['backfill', 'live']);
    const text = renderCoverage(view, styleFor({}), { gapsOnly: false });
    expect(text).toContain(accountId);
    expect(text).toMatch(/us-east-1 .*={10,}/);
  });

  test('tells of the time that is asked about only, up to its end: windows, gaps, records that could not be read, reads', async () => {
    const collecting = await start({ policy: { retryAfterS: 0, sweepDelaysS: [0, 1, 2] } });
    const { control } = collecting.simulator;
    control.insertRecords({ records: [trailRecord('cut', Date.now() - 60_000)], text: '{"eventID": "cut"' });
    control.addFault({
      kind: 'access-denied',
      match: { operation: 'LookupEvents', region: 'eu-central-1' },
      times: null,
    });
    await collecting.poll();
    const whole = await coverage(collecting);
    expect(hasGap(whole)).toBe(true);
    expect(amissOnly(whole).accounts.flatMap(({ sources }) => sources.map(({ id }) => id))).toEqual(
      whole.accounts.flatMap(({ sources }) =>
        sources.filter(({ gaps, malformed }) => gaps.length + malformed.count > 0).map(({ id }) => id),
      ),
    );
    const [gap] = whole.accounts[0]?.sources[0]?.gaps ?? [];
    const before = await coverage(collecting, { until: instant(Date.parse(gap?.from ?? '') - 1000) });
    expect(hasGap(before)).toBe(false);
    expect(amissOnly(before).accounts).toEqual([]);
    expect(
      before.accounts[0]?.sources.map(({ gaps, malformed, reads, footprints }) => [
        gaps,
        malformed.count,
        reads,
        footprints.calls,
      ]),
    ).toEqual(Array.from({ length: 2 }, () => [[], 0, [], 0]));
    const [, region] = whole.accounts[0]?.sources ?? [];
    const [first, second] = region?.windows ?? [];
    expect(second).toBeDefined();
    const upToFirst = await coverage(collecting, { until: first?.to });
    expect(upToFirst.accounts[0]?.sources[1]?.windows).toEqual([first]);
  });

  test('raises a gap while a region cannot be read, names the remedy, and ends the alert when it was read', async () => {
    const collecting = await start({ policy: { retryAfterS: 0 } });
    const denied = collecting.simulator.control.addFault({
      kind: 'access-denied',
      match: { operation: 'LookupEvents', region: 'eu-central-1' },
      times: null,
    });
    await collecting.poll();
    expect(await watch(collecting)).toEqual([`raised gap lookup/${accountId}/eu-central-1`]);
    expect(await watch(collecting)).toEqual([]);
    const view = await coverage(collecting);
    expect(view.operationalAlerts).toMatchObject([
      { kind: 'gap', sentence: expect.stringContaining('grant') as string },
    ]);
    expect(view.accounts[0]?.sources.map((source) => source.gaps.length)).toEqual([1, 0]);
    collecting.simulator.control.removeFault(denied.id);
    await collecting.poll();
    expect(await watch(collecting)).toEqual([`ended gap lookup/${accountId}/eu-central-1`]);
  });

  test('expects the records of our own calls back, measures their delay, and raises it when one stays out', async () => {
    const collecting = await start({ policy: { sweepDelaysS: [1, 2, 3] } });
    collecting.simulator.control.addDeliveryFault({
      kind: 'lost',
      match: { eventName: 'LookupEvents', region: 'eu-central-1' },
      times: null,
    });
    await collecting.poll();
    await expect
      .poll(
        async () => {
          await collecting.poll();
          return watch(collecting, 2);
        },
        { timeout: 20_000, interval: 1000 },
      )
      .toEqual([`raised footprints-out lookup/${accountId}/eu-central-1`]);
    const [frankfurt, virginia] = (await coverage(collecting)).accounts[0]?.sources ?? [];
    expect(frankfurt?.footprints).toMatchObject({ seen: 0, medianS: null });
    expect(virginia?.footprints.seen).toBeGreaterThan(0);
    expect(virginia?.footprints.medianS).toBeGreaterThanOrEqual(0);
  });

  test('names every record that could not be read by its event, also where the same text stands for several, until it comes whole', async () => {
    const collecting = await start({ policy: { sweepDelaysS: [0, 1, 2] } });
    const { control } = collecting.simulator;
    const at = Date.now() - 60_000;
    const page = '<html>Service Unavailable</html>';
    control.insertRecords({ records: [trailRecord('first', at), trailRecord('second', at + 1)], text: page });
    control.insertRecords({ records: [trailRecord('cut', at + 2)], text: '{"eventID": "cut", "eventTi' });
    await collecting.poll();
    expect(await watch(collecting)).toEqual([`raised malformed lookup/${accountId}/us-east-1`]);
    const view = await coverage(collecting);
    const [alert] = view.operationalAlerts;
    expect(alert?.sentence).toMatch(/^3 records could not be read, and no rule has judged them: /);
    expect(alert?.sentence.match(/\b(first|second|cut) \(it is no JSON\)/g)?.toSorted()).toEqual([
      'cut (it is no JSON)',
      'first (it is no JSON)',
      'second (it is no JSON)',
    ]);
    const malformed = view.accounts[0]?.sources.find(({ region }) => region === 'us-east-1')?.malformed;
    expect(malformed?.newest.map(({ eventId, text }) => [eventId, text]).toSorted()).toEqual([
      ['cut', '{"eventID": "cut", "eventTi'],
      ['first', page],
      ['second', page],
    ]);
    expect(hasGap(view)).toBe(true);
    const text = renderCoverage(view, styleFor({}), { gapsOnly: true });
    expect(text).toMatch(/malformed us-east-1: event first, read at .*: it is no JSON/);
    expect(text).toContain('aws cloudtrail lookup-events --region us-east-1 --lookup-attributes AttributeKey=EventId,');

    control.insertRecords({ records: [trailRecord('first', at), trailRecord('second', at + 1)], kind: 'corrected' });
    control.insertRecords({ records: [trailRecord('cut', at + 2)], kind: 'corrected' });
    await expect
      .poll(
        async () => {
          await collecting.poll();
          return watch(collecting);
        },
        { timeout: 20_000, interval: 500 },
      )
      .toEqual([`ended malformed lookup/${accountId}/us-east-1`]);
    expect(hasGap(await coverage(collecting))).toBe(false);
  });

  test('a paused account is not read until its pause ends, and then nothing of it is missing', async () => {
    const collecting = await start();
    await collecting.poll();
    const { db } = collecting.store;
    await storePause(db, accountId, { reason: 'moved', owner: 'ops', until: instant(Date.now() + hourMs) });
    await new Promise((done) => setTimeout(done, 1100));
    collecting.simulator.control.insertRecords({ records: [trailRecord('during', Date.now())] });
    expect(await collecting.poll()).toBe(0);
    expect((await coverage(collecting)).accounts[0]?.pause).toMatchObject({ reason: 'moved', owner: 'ops' });
    await storePause(db, accountId, { reason: 'moved', owner: 'ops', until: instant(Date.now() - 1) });
    await endPauses(db);
    await collecting.poll();
    const stored = await db
      .selectFrom('events')
      .select('event_id')
      .where('event_id', '=', 'during')
      .where('published_seq', 'is not', null)
      .execute();
    expect(stored.length).toBe(1);
  });
});
