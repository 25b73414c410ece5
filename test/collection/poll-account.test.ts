import { afterEach, describe, expect, test } from 'vitest';
import { fakeRule, onAction, ruleSetOf } from '../detect-live/fake-rules.ts';
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

const secondMs = 1000;
function agoMs(ms: number) {
  return Date.now() - ms;
}

async function published(collecting: Collecting) {
  return collecting.store.db
    .selectFrom('events')
    .select(['event_id', 'revision', 'published_seq', 'own', 'late', 'event_time'])
    .where('published_seq', 'is not', null)
    .where('request_id', 'like', 'request-%')
    .orderBy('published_seq')
    .execute();
}

describe('a poll', () => {
  test('reads live and past windows of all regions and publishes their events in event-time order', async () => {
    const collecting = await start();
    collecting.simulator.control.insertRecords({
      records: [
        trailRecord('c', agoMs(5 * secondMs)),
        trailRecord('a', agoMs(1800 * secondMs)),
        trailRecord('b', agoMs(900 * secondMs), { awsRegion: 'eu-central-1' }),
      ],
    });
    await collecting.poll();
    const events = await published(collecting);
    expect(events.map((event) => event.event_id)).toEqual(['a', 'b', 'c']);
    expect(events.every((event) => !event.late && !event.own)).toBe(true);
    expect(collecting.rings.detect).toBe(1);
    const windows = await collecting.store.db.selectFrom('windows').select(['source_id', 'state']).execute();
    expect(new Set(windows.map((window) => window.state))).toEqual(new Set(['covered']));
    expect(new Set(windows.map((window) => window.source_id)).size).toBe(2);
  });

  test('reads all pages of a busy window, newest first, and loses none of the oldest', async () => {
    const collecting = await start();
    const records = Array.from({ length: 175 }, (_, index) => trailRecord(`e${index}`, agoMs((index + 1) * secondMs)));
    collecting.simulator.control.insertRecords({ records });
    await collecting.poll();
    expect((await published(collecting)).length).toBe(175);
  });

  test('knows its own calls by their request IDs when CloudTrail shows them, and no rule sees them', async () => {
    const ruleSet = ruleSetOf([{ rule: fakeRule('own'), matcher: onAction('LookupEvents') }]);
    const collecting = await start({ ruleSet });
    await collecting.poll();
    await expect
      .poll(
        async () => {
          await collecting.poll();
          const { rows } = { rows: await collecting.store.db.selectFrom('own_calls').select('footprint_at').execute() };
          return rows.some((row) => row.footprint_at !== null);
        },
        { timeout: 20_000, interval: 1100 },
      )
      .toBe(true);
    await collecting.detect();
    const own = await collecting.store.db
      .selectFrom('events')
      .select('own')
      .where('action', '=', 'LookupEvents')
      .where('published_seq', 'is not', null)
      .execute();
    expect(own.length).toBeGreaterThan(0);
    expect(own.every((event) => event.own)).toBe(true);
    expect(await collecting.store.db.selectFrom('alerts').selectAll().execute()).toEqual([]);
  });

  test('drops duplicates, keeps other content under the same event ID as a revision, and marks what came late', async () => {
    const collecting = await start({ policy: { sweepDelaysS: [0, 1, 2] } });
    const at = agoMs(60 * secondMs);
    collecting.simulator.control.insertRecords({ records: [trailRecord('a', at)] });
    await collecting.poll();
    collecting.simulator.control.insertRecords({ records: [trailRecord('a', at)], kind: 'duplicate' });
    collecting.simulator.control.insertRecords({
      records: [trailRecord('a', at, { userAgent: 'corrected' })],
      kind: 'corrected',
    });
    await expect
      .poll(
        async () => {
          await collecting.poll();
          return (await published(collecting)).map(({ event_id, revision, late }) => ({ event_id, revision, late }));
        },
        { timeout: 20_000, interval: 500 },
      )
      .toEqual([
        { event_id: 'a', revision: 0, late: false },
        { event_id: 'a', revision: 1, late: true },
      ]);
  });

  test('keeps a malformed record as it came, marked, and goes on with the others', async () => {
    const collecting = await start();
    collecting.simulator.control.insertRecords({
      records: [trailRecord('broken', agoMs(20 * secondMs))],
      text: '{"eventID": "broken", \u0000',
    });
    collecting.simulator.control.insertRecords({ records: [trailRecord('whole', agoMs(10 * secondMs))] });
    await collecting.poll();
    expect((await published(collecting)).map((event) => event.event_id)).toEqual(['whole']);
    const [kept] = await collecting.store.db.selectFrom('malformed_records').selectAll().execute();
    expect(kept?.raw.toString()).toBe('{"eventID": "broken", \u0000');
    expect(kept?.problem).toBe('it is no JSON');
  });

  test('stores what log authors may write that PostgreSQL does not take, well-formed in the event and as it was in the record', async () => {
    const collecting = await start();
    const nasty = 'nul \u0000 and half a pair \ud800';
    collecting.simulator.control.insertRecords({
      records: [trailRecord('nasty', agoMs(secondMs * 3), { userAgent: nasty })],
    });
    await collecting.poll();
    const event = await collecting.store.db
      .selectFrom('events')
      .select(['ecs', 'raw', 'user_agent'])
      .where('event_id', '=', 'nasty')
      .executeTakeFirstOrThrow();
    expect(event.ecs).toMatchObject({ user_agent: { original: nasty.toWellFormed() } });
    expect(JSON.parse(Buffer.from(event.raw).toString('utf8'))).toMatchObject({ userAgent: nasty });
    expect(event.user_agent).toBe('nul \ufffd and half a pair \ufffd');
  });
});

describe('two pollers racing', () => {
  test('lose nothing when the slower one stores its pages before, and publishes after, the faster one', async () => {
    const collecting = await start();
    const { control } = collecting.simulator;
    control.insertRecords({ records: [trailRecord('early', agoMs(30 * secondMs))] });
    const [slow, fast] = [collecting.worker(), collecting.worker()];
    await slow.read();
    control.insertRecords({ records: [trailRecord('between', agoMs(20 * secondMs))] });
    await fast.read();
    await fast.publish();
    await collecting.detect();
    await slow.publish();
    await collecting.detect();
    expect((await published(collecting)).map((event) => event.event_id).toSorted()).toEqual(['between', 'early']);
    const { seq } = await collecting.store.db.selectFrom('detect_cursor').select('seq').executeTakeFirstOrThrow();
    const { last_seq } = await collecting.store.db
      .selectFrom('publish_sequence')
      .select('last_seq')
      .executeTakeFirstOrThrow();
    expect(seq).toBe(last_seq);
  });

  test('publish what a poller stored before it died', async () => {
    const collecting = await start({ historyMs: 0 });
    await collecting.poll();
    const dying = collecting.worker({
      wrapStore: (store) => ({
        ...store,
        saveRead: async (read, state, requestId) => {
          if (state.kind === 'complete') throw new Error('the worker dies');
          await store.saveRead(read, state, requestId);
        },
      }),
    });
    await new Promise((done) => setTimeout(done, 1100));
    collecting.simulator.control.insertRecords({ records: [trailRecord('stored', agoMs(0))] });
    await expect(dying.read()).rejects.toThrow('the worker dies');
    expect(await published(collecting)).toEqual([]);
    await collecting.poll();
    expect((await published(collecting)).map((event) => event.event_id)).toEqual(['stored']);
  });
});

describe('faults of AWS and the network', () => {
  test.each(['throttled', 'server-error', 'html-error', 'truncated', 'cut-after', 'expired-token'] as const)(
    'after "%s" the read goes on from the same page and nothing is lost or doubled',
    async (kind) => {
      const collecting = await start();
      const records = Array.from({ length: 120 }, (_, index) =>
        trailRecord(`e${index}`, agoMs((index + 1) * secondMs)),
      );
      collecting.simulator.control.insertRecords({ records });
      collecting.simulator.control.addFault({ kind, match: { operation: 'LookupEvents' }, skip: 1, times: 3 });
      await collecting.poll();
      expect((await published(collecting)).length).toBe(120);
    },
  );

  test('a region that is denied fails by itself, with the remedy named, and is a gap until it can be read', async () => {
    const collecting = await start({ policy: { retryAfterS: 0 } });
    collecting.simulator.control.insertRecords({
      records: [
        trailRecord('a', agoMs(secondMs * 3)),
        trailRecord('b', agoMs(secondMs * 2), { awsRegion: 'eu-central-1' }),
      ],
    });
    const fault = collecting.simulator.control.addFault({
      kind: 'access-denied',
      match: { operation: 'LookupEvents', region: 'eu-central-1' },
      times: null,
    });
    await collecting.poll();
    expect((await published(collecting)).map((event) => event.event_id)).toEqual(['a']);
    const failed = await collecting.store.db
      .selectFrom('windows')
      .select(['error'])
      .where('state', '=', 'failed')
      .execute();
    expect(failed[0]?.error).toContain('grant cloudtrail:LookupEvents');
    collecting.simulator.control.removeFault(fault.id);
    await collecting.poll();
    expect((await published(collecting)).map((event) => event.event_id)).toEqual(['a', 'b']);
    expect(accountId).toBe('111122223333');
  });
});
