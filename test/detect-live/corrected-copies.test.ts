import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { markExceptions } from '../../src/detection/exceptions/with-exceptions.ts';
import { detectOffline } from '../../src/detection/offline/offline.ts';
import type { Instant } from '../../src/model/ids.ts';
import { accountId, trailRecord } from '../collection/collecting.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { clearDetection } from './clear-detection.ts';
import { compiledRules } from './rule-texts.ts';

const ruleTexts = {
  query: `type = "query"\nlanguage = "kuery"\nquery = 'event.action: Act'`,
  event: `type = "eql"\nlanguage = "eql"\nquery = 'any where event.action == "Act"'`,
  newTerms: `type = "new_terms"\nlanguage = "kuery"\nquery = 'event.action: *'\n[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ["user.name"]\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "now-10m"`,
  threshold: `type = "threshold"\nlanguage = "kuery"\nquery = 'event.action: *'\nfrom = "now-5m"\n[rule.threshold]\nfield = ["user.name"]\nvalue = 2`,
  runs: `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=5m [any where event.action == "Act"] with runs=2'`,
  steps: `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=5m [any where event.action == "Act"] [any where event.provider == "s3.amazonaws.com"]'`,
} as const;

const ruleSet = compiledRules(ruleTexts);

const startMs = Date.UTC(2026, 5, 1);

function recordText(id: string, second: number, corrects?: string): string {
  const record = trailRecord(id, startMs + second * 1000, {
    eventName: 'Act',
    eventSource: 's3.amazonaws.com',
    userIdentity: { type: 'IAMUser', accountId, principalId: 'AIDA', userName: 'ann', accessKeyId: 'AKIA0' },
    ...(corrects === undefined
      ? {}
      : { addendum: { reason: 'UPDATED_DATA', originalEventID: corrects, updatedFields: 'errorCode' } }),
  });
  return JSON.stringify(record);
}

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});
afterAll(() => store.close());
beforeEach(() => clearDetection(store));

/** The rules that have alerts, and the alerts' anchors, when the batches came one after the other. */
async function live(batches: readonly (readonly string[])[]): Promise<readonly string[]> {
  const now = new Date().toISOString() as Instant;
  const imported = await createImportStore(store, 'test', now);
  const detect = createDetectActivities({
    store: createDetectionStore(store),
    ruleSet: markExceptions(ruleSet, []),
    ringDetect: async () => {},
    ringCase: async () => {},
  });
  for (const batch of batches) {
    await imported.store(readShownRecords(batch, accountId, now), now);
    await imported.publish();
    await detect.detectPublished();
  }
  const rows = await store.db.selectFrom('alerts').selectAll().where('status_kind', '=', 'live').execute();
  return rows.map((row) => `${row.rule_name} ${row.anchor_event_id}`).toSorted();
}

function offline(texts: readonly string[]): readonly string[] {
  const detection = detectOffline(ruleSet);
  for (const record of readShownRecords(texts, accountId, '2026-11-28T00:00:00Z' as Instant).records) {
    detection.take({
      ref: { accountId, eventId: record.eventId, revision: 0 },
      eventTime: record.eventTime,
      eventTimeMs: Date.parse(record.eventTime),
      fields: ruleSet.fieldsOf(record.ecs),
    });
  }
  return detection
    .alerts()
    .map(({ rule, anchor }) => `${rule.name} ${anchor.eventId}`)
    .toSorted();
}

/** One event, whatever its copies are called and whenever they happened, is one alert of rules that look for one event. */
const once = ['event m', 'newTerms m', 'query m'];

function ruleOf(alert: string): string {
  return alert.slice(0, alert.indexOf(' '));
}

function ordersOf(ids: readonly string[]): readonly (readonly string[])[] {
  if (ids.length < 2) return [ids];
  return ids.flatMap((id) => ordersOf(ids.filter((each) => each !== id)).map((rest) => [id, ...rest]));
}

describe('a corrected copy of an event, with an ID of its own', () => {
  const original = recordText('m', 10);

  test.each([
    ['of the same second, whose ID comes before', recordText('a', 10, 'm')],
    ['of the same second, whose ID comes after', recordText('z', 10, 'm')],
    ['of a later second', recordText('z', 30, 'm')],
  ])('counts once, %s: offline, and live together or one after the other', async (_, correction) => {
    expect(offline([original, correction])).toEqual(once);
    expect(offline([correction, original])).toEqual(once);
    expect(await live([[original, correction]])).toEqual(once);
    await clearDetection(store);
    expect(await live([[original], [correction]])).toEqual(once);
  });

  test('counts once where it came before the event itself', async () => {
    const correction = recordText('z', 10, 'm');
    const alerts = await live([[correction], [original]]);
    expect(alerts.map(ruleOf)).toEqual(['event', 'newTerms', 'query']);
  });

  test('counts once where the event itself never came, and two corrections of it did', async () => {
    const [first, second] = [recordText('a', 10, 'm'), recordText('z', 12, 'm')];
    expect(offline([first, second])).toEqual(['event a', 'newTerms a', 'query a']);
    expect(await live([[first], [second]])).toEqual(['event a', 'newTerms a', 'query a']);
  });

  test('counts once where it was corrected itself, and where corrections name each other', async () => {
    const chain = [original, recordText('n', 11, 'm'), recordText('o', 12, 'n')];
    expect(offline(chain)).toEqual(once);
    expect(offline(chain.toReversed())).toEqual(once);
    expect(await live([chain])).toEqual(once);
    const circle = [recordText('a', 10, 'b'), recordText('b', 11, 'a')];
    expect(offline(circle)).toEqual(['event a', 'newTerms a', 'query a']);
  });

  test.each([
    ['three copies, one after the other', ['m', 'n', 'o']],
    ['four copies, one after the other', ['m', 'n', 'o', 'p']],
  ])('counts once where corrections were corrected, in every order of arrival: %s', async (_, ids) => {
    function text(id: string) {
      return recordText(id, 10 + ids.indexOf(id), ids[ids.indexOf(id) - 1]);
    }
    const counts = new Map<string, readonly string[]>();
    for (const order of ordersOf(ids)) {
      await clearDetection(store);
      const alerts = await live(order.map((id) => [text(id)]));
      counts.set(order.join(' '), alerts.map(ruleOf));
      expect(offline(order.map(text))).toEqual(once);
    }
    expect(counts).toEqual(new Map(ordersOf(ids).map((order) => [order.join(' '), once.map(ruleOf)])));
  });

  test.each([
    ['in order', ['m', 'n', 'o']],
    ['its middle last', ['m', 'o', 'n']],
    ['backwards', ['o', 'n', 'm']],
    ['its end first', ['o', 'm', 'n']],
  ])('counts once where no rule has the middle of the chain as a candidate, when it came %s', async (_, order) => {
    const texts: Readonly<Record<string, string>> = {
      m: original,
      n: recordText('n', 11, 'm').replace('"eventName":"Act"', '"eventName":"Other"'),
      o: recordText('o', 12, 'n'),
    };
    const inOrder = order.map((id) => texts[id] ?? '');
    function single(alerts: readonly string[]) {
      return alerts.map(ruleOf).filter((rule) => once.some((each) => ruleOf(each) === rule));
    }
    expect(single(offline(inOrder))).toEqual(once.map(ruleOf));
    expect(single(await live(inOrder.map((text) => [text])))).toEqual(once.map(ruleOf));
  });

  test('keeps the alert of the event itself where two alerts turn out to be of one event', async () => {
    const [first, second] = [recordText('n', 11, 'm'), recordText('o', 12, 'n')];
    expect(await live([[second], [original], [first]])).toEqual(once);
    const ended = store.db.selectFrom('alerts').selectAll().where('rule_name', '=', 'query');
    const alerts = await ended.orderBy('anchor_event_id').execute();
    expect(alerts.map(({ anchor_event_id, status }) => [anchor_event_id, status])).toEqual([
      ['m', { kind: 'live' }],
      ['o', { kind: 'superseded', by: alerts[0]?.id }],
    ]);
  });

  test('counts once where a batch brings the ends of a chain, and another its middle', async () => {
    const [first, second] = [recordText('n', 11, 'm'), recordText('o', 12, 'n')];
    expect(await live([[original, second], [first]])).toEqual(once);
    await clearDetection(store);
    expect((await live([[first], [second, original]])).map(ruleOf)).toEqual(once.map(ruleOf));
  });

  test('is one of the events that a threshold or a sequence counts, beside others', async () => {
    const texts = [original, recordText('n', 20, 'm'), recordText('other', 40)];
    const alerts = ['event m', 'event other', 'newTerms m', 'query m', 'query other'];
    const several = ['runs other', 'steps other', 'threshold m'];
    expect(offline(texts)).toEqual([...alerts, ...several].toSorted());
    expect(await live(texts.map((text) => [text]))).toEqual([...alerts, ...several].toSorted());
  });

  test('names no event by what is no ID', async () => {
    const texts = [recordText('a', 10, '\u0000'), recordText('b', 11, ' \ud800 ')];
    expect((await live([texts])).filter((alert) => alert.startsWith('query'))).toEqual(['query a', 'query b']);
  });
});
