import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../simulator/cloudtrail-log.ts';
import type { RequestLogEntry } from '../../simulator/request-log.ts';
import { checkAlertsEqual } from './checkers/alerts-equal.ts';
import { checkCoverageServed, type CoverageDemand } from './checkers/coverage-served.ts';
import { checkEventsOnce, type StoredRecords } from './checkers/events-once.ts';

const accountId = '111122223333';
const source = `${accountId}/us-east-1`;
const atMs = Date.UTC(2026, 5, 1, 12);
const atS = atMs / 1000;

function delivery(eventID: string, more: Partial<Delivery> & { readonly content?: string } = {}): Delivery {
  const record = { eventID, eventTime: new Date(atMs).toISOString(), content: more.content ?? 'first' };
  const base = { seq: 1, accountId, region: 'us-east-1', eventId: eventID, eventTimeMs: atMs, visibleAtMs: atMs };
  return { ...base, kind: 'original', record, ...more };
}

function storedAs(deliveries: readonly Delivery[]): StoredRecords {
  const revisions = new Map<string, number>();
  const events = deliveries
    .filter(({ text }) => text === undefined)
    .map(({ eventId, record }, index) => {
      const revision = revisions.get(eventId) ?? 0;
      revisions.set(eventId, revision + 1);
      return { accountId, eventId, revision, publishedSeq: BigInt(index + 1), raw: JSON.stringify(record) };
    });
  const malformed = deliveries.flatMap(({ text, region, eventId }) =>
    text === undefined ? [] : [{ accountId, region, eventId, raw: text }],
  );
  return { events, malformed };
}

function kinds(flaws: readonly { readonly kind: string }[]) {
  return flaws.map(({ kind }) => kind);
}

describe('the checker of events', () => {
  const delivered = [
    delivery('a'),
    delivery('b'),
    delivery('b', { content: 'corrected' }),
    delivery('c', { text: '{' }),
    delivery('d', { text: '{' }),
  ];
  const stored = storedAs(delivered);
  function check(records: StoredRecords) {
    return kinds(checkEventsOnce([...delivered, delivery('a')], records, atMs));
  }

  test('finds nothing where each event is stored once, revisions beside it, and broken records as they came', () => {
    expect(check(stored)).toEqual([]);
  });

  test('sees a planted loss: of an event, of a revision, of a broken record', () => {
    expect(check({ ...stored, events: stored.events.slice(1) })).toEqual(['loss']);
    expect(check({ ...stored, events: stored.events.slice(0, -1) })).toEqual(['loss']);
    expect(check({ ...stored, malformed: stored.malformed.slice(1) })).toEqual(['loss']);
  });

  test('sees a planted double, whatever the order of its keys', () => {
    const [first] = stored.events;
    if (first === undefined) throw new Error('there is an event');
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(first.raw) as object).toReversed()));
    const double = { ...first, revision: 1, publishedSeq: 99n, raw: turned };
    expect(check({ ...stored, events: [...stored.events, double] })).toEqual(['double']);
    expect(check({ ...stored, malformed: [...stored.malformed, ...stored.malformed.slice(1)] })).toEqual(['double']);
  });

  test('sees what was never delivered, and what detection does not see exactly once', () => {
    const [first, ...others] = stored.events;
    if (first === undefined) throw new Error('there is an event');
    const invented = { ...first, eventId: 'x', raw: first.raw.replace('"a"', '"x"'), publishedSeq: 99n };
    expect(check({ ...stored, events: [...stored.events, invented] })).toEqual(['invention']);
    expect(check({ ...stored, events: [{ ...first, publishedSeq: null }, ...others] })).toEqual(['unpublished']);
    expect(check({ ...stored, events: [{ ...first, publishedSeq: 2n }, ...others] })).toEqual(['unpublished']);
  });

  test('does not ask yet for what may still be on its way', () => {
    expect(checkEventsOnce(delivered, { events: [], malformed: [] }, atMs - 1)).toEqual([]);
  });
});

describe('the checker of coverage', () => {
  let seq = 0;
  function page(
    span: readonly [from: number, to: number],
    more: Partial<Omit<RequestLogEntry, 'input'>> & { readonly token?: string; readonly filtered?: boolean },
  ): RequestLogEntry {
    const { token, filtered, ...fields } = more;
    const input = {
      StartTime: span[0],
      EndTime: span[1],
      ...(token === undefined ? {} : { NextToken: token }),
      ...(filtered === true ? { LookupAttributes: [{}] } : {}),
    };
    const who = { service: 'cloudtrail', operation: 'LookupEvents', accountId, region: 'us-east-1', callerArn: null };
    const outcome = { requestId: `${seq}`, accessKeyId: null, outcome: 'ok', fault: null };
    seq += 1;
    return { seq, at: new Date(atMs + 600_000).toISOString(), ...who, ...outcome, input, ...fields };
  }
  const whole = [atS, atS + 9] as const;
  const demand: CoverageDemand = { sources: [source], fromS: atS, settledS: atS + 9, lastSweepS: 60 };
  const covered = [{ source, fromS: atS, toS: atS + 9 }];
  const twoPages = [page(whole, { nextToken: 't1', lastPage: false }), page(whole, { token: 't1', lastPage: true })];

  test('finds nothing where every page was served, the last one too', () => {
    expect(checkCoverageServed(twoPages, covered, demand)).toEqual([]);
  });

  test('sees a planted gap: a last page that was never asked for, was refused, or was lost on its way', () => {
    const [first, last] = twoPages;
    if (first === undefined || last === undefined) throw new Error('there are two pages');
    const spoilt = [
      [first],
      [first, { ...last, outcome: 'ThrottlingException' }],
      [first, { ...last, fault: 'truncated' }],
      [{ ...first, fault: 'cut-after' }, last],
      [first, page(whole, { token: 'of another read', lastPage: true })],
      [page(whole, { lastPage: true, filtered: true })],
    ];
    for (const requests of spoilt) expect(kinds(checkCoverageServed(requests, covered, demand))).toContain('gap');
  });

  test('sees a window that nobody calls covered, and one that claims a second more than was served', () => {
    expect(kinds(checkCoverageServed([], [], demand))).toEqual(['gap']);
    expect(kinds(checkCoverageServed(twoPages, [], demand))).toEqual(['gap', 'unclaimed']);
    const longer = [{ source, fromS: atS, toS: atS + 10 }];
    expect(kinds(checkCoverageServed(twoPages, longer, demand))).toEqual(['gap']);
  });

  test('sees a sweep that was left out', () => {
    const early = twoPages.map((request) => ({ ...request, at: new Date(atMs + 30_000).toISOString() }));
    expect(kinds(checkCoverageServed(early, covered, demand))).toEqual(['unswept']);
  });
});

test('the checker of alerts sees one that is missing, one too many, and one of other events', () => {
  const alert = { ruleName: 'r', group: ['g'], anchor: 'a', events: ['a', 'b'] };
  expect(checkAlertsEqual([alert], [{ ...alert, events: ['b', 'a'] }])).toEqual([]);
  expect(checkAlertsEqual([alert], [])).toHaveLength(1);
  expect(checkAlertsEqual([alert], [alert, alert])).toHaveLength(1);
  expect(checkAlertsEqual([alert], [{ ...alert, events: ['a'] }])).toHaveLength(2);
});
