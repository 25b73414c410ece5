import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { eventPorts } from '../../src/entry/compose/event-ports.ts';
import { type Sighting, sightings } from '../../src/views/sightings.ts';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { searchEvents } from '../../src/adapters/store/events/event-search.ts';
import type { EventSearch, StoredEvent } from '../../src/views/events.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { QuerySyntaxError } from '../../src/detection/rule-file/rule-syntax-error.ts';
import { eventRow } from '../../src/views/event-row.ts';
import { eventTable } from '../../src/entry/events/event-table.ts';
import { csvLine, queryComplaint } from '../../src/entry/events/print-search.ts';
import { searchQuery } from '../../src/views/event-query.ts';
import { timeBound } from '../../src/entry/events/time-bound.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { accountId, trailRecord } from '../collection/collecting.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { clearEvents } from './stored-events.ts';

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterAll(() => store.close());
beforeEach(() => clearEvents(store));

const now = '2026-11-24T12:00:00Z' as Instant;
function ago(minutes: number) {
  return Date.parse(now) - minutes * 60_000;
}

/** Stores records, without publishing them: they can be searched at once. */
async function storeRecords(records: readonly unknown[], label = 'test', of: string = accountId): Promise<void> {
  const imported = await createImportStore(store, label, now);
  const texts = records.map((record) => JSON.stringify(record));
  await imported.store(readShownRecords(texts, of as AccountId, now), now);
}

async function search(
  text: string,
  more: Partial<EventSearch> & { readonly pivots?: readonly string[] } = {},
): Promise<readonly StoredEvent[]> {
  const { pivots = [], ...rest } = more;
  const found: StoredEvent[] = [];
  for await (const event of searchEvents(store.db, { ...searchQuery(text, pivots), includeOwn: false, ...rest }))
    found.push(event);
  return found;
}

function ids(events: readonly StoredEvent[]): readonly string[] {
  return events.map(({ eventId }) => eventId);
}

describe('searching the events', () => {
  test('finds them in parts without losing or doubling those of the same second', async () => {
    const records = Array.from({ length: 730 }, (_, index) =>
      trailRecord(`e${String(index).padStart(3, '0')}`, ago(Math.floor(index / 300))),
    );
    await storeRecords(records.slice(0, 400));
    await storeRecords(records.slice(400), 'other');
    const found = await search('event.action: ListBuckets');
    expect(found.length).toBe(730);
    expect(new Set(ids(found)).size).toBe(730);
    expect(ids(found)[0]).toBe('e299');
  });

  test('takes the usual pivots, an account and a span of time', async () => {
    function by(userName: string, accessKeyId: string) {
      return {
        userIdentity: {
          type: 'IAMUser',
          arn: `arn:aws:iam::${accountId}:user/${userName}`,
          accountId,
          accessKeyId,
          userName,
        },
      };
    }
    await storeRecords([
      trailRecord('a', ago(90), by('alice', 'AKIAALICE00000000001')),
      trailRecord('b', ago(60), { ...by('bob', 'AKIABOB0000000000001'), sourceIPAddress: '203.0.113.99' }),
      trailRecord('c', ago(30), { ...by('bob', 'AKIABOB0000000000002'), eventName: 'CreateUser' }),
      trailRecord('d', ago(10), { ...by('bob', 'AKIABOB0000000000002'), sourceIPAddress: 'ec2.amazonaws.com' }),
    ]);
    await storeRecords([trailRecord('e', ago(5), by('bob', 'AKIABOB0000000000003'))], 'test', '444455556666');
    expect(ids(await search('', { pivots: ['user=bob'] }))).toEqual(['e', 'd', 'c', 'b']);
    expect(ids(await search('', { pivots: ['key=AKIABOB0000000000002'] }))).toEqual(['d', 'c']);
    expect(ids(await search('', { pivots: ['ip=203.0.113.99'] }))).toEqual(['b']);
    expect(ids(await search('', { pivots: ['ip=203.0.113.0/24', 'user=bob'] }))).toEqual(['e', 'c', 'b']);
    expect(ids(await search('', { pivots: ['ip=ec2.amazonaws.com'] }))).toEqual(['d']);
    expect(ids(await search('', { pivots: ['action=CreateUser'] }))).toEqual(['c']);
    expect(ids(await search('', { pivots: [`user=arn:aws:iam::${accountId}:user/alice`] }))).toEqual(['a']);
    expect(ids(await search('not user.name: alice', { accountId: '444455556666' as AccountId }))).toEqual(['e']);
    const span = { from: timeBound('2026-11-24T11:00:00Z', 'first'), to: timeBound('2026-11-24T11:30:00Z', 'last') };
    expect(ids(await search('', span))).toEqual(['c', 'b']);
    expect(() => searchQuery('', ['address=1.2.3.4'])).toThrow(/no pivot/);
  });

  test('tells integers beyond 2^53 from their neighbours, in what it finds and in what it shows', async () => {
    function sized(id: string, size: string) {
      return JSON.stringify(trailRecord(id, ago(1), { requestParameters: { size: '@' } })).replace('"@"', size);
    }
    const imported = await createImportStore(store, 'test', now);
    const texts = [sized('odd', '9007199254740993'), sized('even', '9007199254740992')];
    await imported.store(readShownRecords(texts, accountId, now), now);
    const field = 'aws.cloudtrail.flattened.request_parameters.size';
    const found = await search(`${field}: 9007199254740993`);
    expect(ids(found)).toEqual(['odd']);
    expect(JSON.stringify(found[0]?.ecs)).toContain('9007199254740993');
    expect(ids(await search(`aws.cloudtrail.request_parameters: *9007199254740992*`))).toEqual(['even']);
  });

  test('finds calls about a user as well as by them', async () => {
    const arn = `arn:aws:iam::${accountId}:user/eve`;
    function about(id: string, minutes: number, record: Readonly<Record<string, unknown>>) {
      return trailRecord(id, ago(minutes), record);
    }
    await storeRecords([
      about('made', 9, { eventName: 'CreateUser', requestParameters: { userName: 'eve' } }),
      about('renamed', 8, { eventName: 'UpdateUser', requestParameters: { userName: 'adam', newUserName: 'eve' } }),
      about('shared', 7, { eventName: 'X', resources: [{ ARN: arn }] }),
      about('joined', 7, { eventName: 'AssociateTeamMember', requestParameters: { userArn: arn } }),
      about('answered', 7, { eventName: 'GetUser', responseElements: { user: { arn } } }),
      about('other', 6, { eventName: 'CreateUser', requestParameters: { userName: 'eva' } }),
    ]);
    expect(ids(await search('', { pivots: ['user=eve'] }))).toEqual(['renamed', 'made']);
    expect(ids(await search('', { pivots: [`user=${arn}`] })).toSorted()).toEqual(['answered', 'joined', 'shared']);
    const [made] = await search('event.action: CreateUser', { order: 'oldest-first' });
    expect(made && eventRow(made)).toMatchObject({ action: 'CreateUser', target: 'eve' });
  });

  test('can begin with the oldest, over several parts and without losing or doubling any', async () => {
    const records = Array.from({ length: 330 }, (_, index) =>
      trailRecord(`e${String(index).padStart(3, '0')}`, ago(Math.floor(index / 150))),
    );
    await storeRecords(records);
    const newest = ids(await search(''));
    expect(ids(await search('', { order: 'oldest-first' }))).toEqual(newest.toReversed());
    expect(newest).toHaveLength(330);
  });

  test('leaves out the records of our own calls, unless they are asked for, also before they are published', async () => {
    await store.db
      .insertInto('own_calls')
      .values(
        ['request-ours', 'request-unpublished'].map((id) => ({
          aws_request_id: id,
          operation: 'cloudtrail:LookupEvents',
          at: now,
        })),
      )
      .execute();
    await storeRecords([trailRecord('ours', ago(2)), trailRecord('theirs', ago(1))]);
    await (await createImportStore(store, 'test', now)).publish();
    const imported = await createImportStore(store, 'half', now);
    await imported.store(readShownRecords([JSON.stringify(trailRecord('unpublished', ago(3)))], accountId, now), now);
    expect(ids(await search(''))).toEqual(['theirs']);
    expect(ids(await search('', { includeOwn: true }))).toEqual(['theirs', 'ours', 'unpublished']);
  });
});

describe('what is printed', () => {
  test('shows nothing of a log that could act on a terminal or a spreadsheet', async () => {
    const hostile = '\u001B]0;owned\u0007=cmd|calc\u202E\u009B2J';
    await storeRecords([
      trailRecord('a', ago(1), { userAgent: hostile, sourceIPAddress: `=${hostile}`, eventName: hostile }),
    ]);
    const [event] = await search('');
    if (event === undefined) throw new Error('nothing was found');
    const controls = /[\p{Cc}\p{Cf}]/u;
    expect(eventTable({ ...styleFor({}), width: 160 }).line(eventRow(event))).not.toMatch(controls);
    expect(csvLine(event, false).trimEnd()).not.toMatch(controls);
    expect(csvLine(event, false)).toContain("'=");
  });

  test.each([80, 160, 240])('is a table that fits a terminal of %i columns', async (width) => {
    await storeRecords([trailRecord('0a1b2c3d-0000-4000-8000-000000000001', ago(1), { userAgent: 'x'.repeat(500) })]);
    const [event] = await search('');
    if (event === undefined) throw new Error('nothing was found');
    const table = eventTable({ ...styleFor({}), width });
    expect(table.head.length).toBeLessThanOrEqual(width);
    const [line = ''] = table.line(eventRow(event)).split('\n');
    expect(line.length).toBeLessThanOrEqual(width);
    expect(line).toContain('2026-11-24 11:59:00  ListBuckets');
    expect(line).toContain('mallory');
    expect(line).toContain('203.0.113.7');
    if (width >= 160) expect(line).toContain(accountId);
  });

  test('says below a call what it was made on where there is no room beside it, and cuts nothing where it is piped', async () => {
    const bucket = `acme-${'customer-'.repeat(12)}exports`;
    await storeRecords([
      trailRecord('b', ago(1), { userAgent: 'x'.repeat(500), requestParameters: { bucketName: bucket } }),
    ]);
    const [event] = await search('');
    if (event === undefined) throw new Error('nothing was found');
    const narrow = eventTable({ ...styleFor({}), width: 80 })
      .line(eventRow(event))
      .split('\n');
    expect(narrow).toHaveLength(2);
    expect(narrow[1]).toMatch(/^ +on .*acme-/u);
    expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(80);
    const piped = eventTable(styleFor({})).line(eventRow(event));
    expect(piped).toContain(bucket);
    expect(piped).toContain('x'.repeat(500));
    expect(piped).not.toContain('\n');
  });

  test.each([80, 120])(
    'keeps the end of a long name of a session at %i columns, by which it is told from others',
    (width) => {
      const session = `deploy-${'payments-'.repeat(6)}run-4711`;
      const row = {
        time: '2026-11-24T11:59:00.000Z',
        account: accountId,
        region: 'us-east-1',
        action: 'ListBuckets',
        provider: 's3.amazonaws.com',
        outcome: 'success',
        user: `${session} (deploy-from-production)`,
        target: '',
        accessKey: '',
        address: '203.0.113.7',
        userAgent: '',
        eventId: 'e',
        revision: 0,
      };
      const [line = ''] = eventTable({ ...styleFor({}), width })
        .line(row)
        .split('\n');
      expect(line).toMatch(/deplo\S*…\S*711/u);
      expect(eventTable(styleFor({})).line(row)).toContain(row.user);
    },
  );

  test('shows where a query is wrong', () => {
    const text = 'event.action: x\nand and user.name: y';
    let complaint = '';
    try {
      searchQuery(text, []);
    } catch (error) {
      complaint = error instanceof QuerySyntaxError ? queryComplaint(text, error) : '';
    }
    const lines = complaint.split('\n');
    expect(lines[0]).toMatch(/line 2, column \d+/);
    const [shown = '', caret = ''] = [lines[1], lines[2]];
    expect(shown).toContain('and and user.name: y');
    expect(shown.slice(caret.indexOf('^'))).toMatch(/^ ?and user/);
  });

  test('takes times as people write them', () => {
    const at = Date.parse(now);
    expect(timeBound('now-7d', 'first', at)).toBe('2026-11-17T12:00:00Z');
    expect(timeBound('-2h', 'first', at)).toBe('2026-11-24T10:00:00Z');
    expect(timeBound('90m', 'first', at)).toBe('2026-11-24T10:30:00Z');
    expect(timeBound('now', 'last', at)).toBe(now);
    expect(timeBound('2026-11-23', 'first', at)).toBe('2026-11-23T00:00:00Z');
    expect(timeBound('2026-11-23', 'last', at)).toBe('2026-11-23T23:59:59.999Z');
    expect(timeBound('2026-11-24T13:00:00+01:00', 'last', at)).toBe(now);
    expect(() => timeBound('yesterday', 'first', at)).toThrow();
  });
});

describe('the export for reconciliation', () => {
  test('has a line for each event and source, whatever the revisions', async () => {
    await storeRecords([trailRecord('a', ago(3)), trailRecord('b', ago(2))], 'one');
    await storeRecords([trailRecord('b', ago(2)), trailRecord('b', ago(2), { readOnly: false })], 'two');
    const lines: Sighting[] = [];
    for await (const part of sightings(eventPorts(store), {})) lines.push(...part);
    expect(lines).toEqual(
      [
        ['a', 3, 'import/one'],
        ['b', 2, 'import/one'],
        ['b', 2, 'import/two'],
      ].map(([id, minutes, source]) => ({
        account: accountId,
        event_id: id,
        occurred_at: new Date(ago(Number(minutes))).toISOString().replace('.000Z', 'Z'),
        ingested_at: now,
        source,
      })),
    );
  });

  test('is one snapshot, in parts, and can be left early', async () => {
    await storeRecords(Array.from({ length: 2800 }, (_, index) => trailRecord(`e${index}`, ago(1))));
    await storeRecords(
      Array.from({ length: 2800 }, (_, index) => trailRecord(`e${index}`, ago(1))),
      'again',
    );
    let seen = 0;
    for await (const part of sightings(eventPorts(store), { from: timeBound('2026-11-24', 'first') })) {
      if (seen === 0) await storeRecords([trailRecord('zz', ago(1))], 'late');
      seen += part.length;
    }
    expect(seen).toBe(5600);
    for await (const part of sightings(eventPorts(store), {})) {
      expect(part.length).toBe(5000);
      break;
    }
    expect(await search('event.id: zz')).toHaveLength(1);
  });
});
