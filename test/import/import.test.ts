import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { inputSources } from '../../src/adapters/files/input-paths.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { installationRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { storeImports } from '../../src/adapters/store/collection/begun-imports.ts';
import { typedEntry } from '../../src/audit/audit-record.ts';
import { tellRecord } from '../../src/audit/case-story.ts';
import { importRecordings, type ImportOutcome, type ImportWatch } from '../../src/commands/import-recordings.ts';
import type { LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import { recordings, type RecordingsOptions } from '../../src/entry/import/recordings.ts';
import type { Instant, SourceId } from '../../src/model/ids.ts';
import { accountId, trailRecord } from '../collection/collecting.ts';
import { fakeRule, onAction, onNewUser, ruleSetOf } from '../detect-live/fake-rules.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

let store: Store;
let folder: string;
let rings: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-import-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
  rings = 0;
  return () => store.close();
});

function day(date: number, hour = 12): Date {
  return new Date(Date.UTC(2024, 2, date, hour));
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Importing extends ImportWatch, Partial<RecordingsOptions> {
  readonly eventsInPart?: number;
  readonly label?: string;
  readonly who?: string;
}

async function importFrom(paths: readonly string[], options: Importing = {}): Promise<ImportOutcome> {
  const { eventsInPart, label = 'incident', who = 'user alice', ...rest } = options;
  const now = new Date().toISOString() as Instant;
  const sources = inputSources(paths);
  return await importRecordings(
    {
      ...storeImports(store, eventsInPart === undefined ? {} : { eventsInPart }),
      ringDetect: async () => void (rings += 1),
      now: () => new Date().toISOString() as Instant,
    },
    { name: who },
    {
      source: `import/${label}` as SourceId,
      paths,
      inputs: sources.map((source) =>
        source.kind === 'stdin' ? { name: '-', bytes: null } : { name: source.path, bytes: source.bytes },
      ),
    },
    recordings(sources, { now, ...rest }),
    rest,
  );
}

/** What is on record of imports, the oldest first. */
async function onRecord() {
  const records = await installationRecords(store.db, { limit: 100 });
  return records.toReversed().map((record) => {
    const entry = typedEntry(record);
    if (entry === null) throw new Error(`${record.kind} has not the form of its kind`);
    return { ...entry, told: tellRecord(record).what };
  });
}

function detectWith(ruleSet: LiveRuleSet) {
  const detection = createDetectActivities({
    store: createDetectionStore(store),
    ruleSet,
    ringDetect: async () => {},
    ringCase: async () => {},
  });
  return detection.detectPublished();
}

async function published(): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom('events')
    .select(['event_id', 'published_seq'])
    .where('published_seq', 'is not', null)
    .orderBy('published_seq')
    .execute();
  expect(rows.map((row) => row.published_seq)).toEqual(rows.map((_, index) => BigInt(index + 1)));
  return rows.map((row) => row.event_id);
}

async function stored(): Promise<number> {
  return (await store.db.selectFrom('event_keys').select('event_id').execute()).length;
}

function someRecords(count: number) {
  return Array.from({ length: count }, (_, index) =>
    trailRecord(`e${String(index).padStart(4, '0')}`, day(1).getTime() + index * 1000),
  );
}

describe('an import', () => {
  test('takes recordings in every form and order, and hands them to detection by their event time', async () => {
    const trail = file('forms/trail.json.gz', gzipSync(JSON.stringify({ Records: [trailRecord('d', day(4))] })));
    const looked = file(
      'forms/lookup.json',
      JSON.stringify({ Events: [{ EventId: 'b', CloudTrailEvent: JSON.stringify(trailRecord('b', day(2))) }] }),
    );
    const lines = file(
      'forms/lines.ndjson',
      `${JSON.stringify(trailRecord('c', day(3)))}\n${JSON.stringify(trailRecord('a', day(1)))}\n`,
    );
    const ecs = file(
      'forms/ecs.json',
      JSON.stringify({
        '@timestamp': day(5).toISOString(),
        ecs: { version: '8.11.0' },
        event: { id: 'e', action: 'ListBuckets', dataset: 'aws.cloudtrail' },
        cloud: { account: { id: accountId } },
      }),
    );
    const outcome = await importFrom([trail, looked, lines, ecs], { eventsInPart: 2 });
    expect(outcome).toEqual({
      inputs: 4,
      records: 5,
      newRecords: 5,
      malformed: 0,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      published: 5,
      stopped: false,
    });
    expect(await published()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(rings).toBe(1);
    const sources = await store.db.selectFrom('log_sources').select(['id', 'kind', 'account_id']).execute();
    expect(sources).toEqual([{ id: 'import/incident', kind: 'import', account_id: null }]);
  });

  test('changes nothing when it is repeated, under whatever label', async () => {
    const path = file('again.json', JSON.stringify(someRecords(20)));
    await importFrom([path]);
    expect(await importFrom([path])).toMatchObject({ records: 20, newRecords: 0, published: 0 });
    expect(await importFrom([path], { label: 'other' })).toMatchObject({ newRecords: 0, published: 0 });
    expect(await stored()).toBe(20);
    expect((await published()).length).toBe(20);
  });

  test('knows an exported document as the record that it was made of', async () => {
    const record = trailRecord('a', day(1));
    await importFrom([file('record.json', JSON.stringify(record))]);
    const document = {
      '@timestamp': day(1).toISOString(),
      ecs: { version: '8.11.0' },
      event: { id: 'a', action: 'ListBuckets', dataset: 'aws.cloudtrail', original: JSON.stringify(record) },
      cloud: { account: { id: accountId } },
    };
    expect(await importFrom([file('document.json', JSON.stringify(document))])).toMatchObject({ newRecords: 0 });
    expect(await stored()).toBe(1);
  });

  test('keeps and counts what is no record, and takes the others', async () => {
    const good = JSON.stringify(trailRecord('good', day(1)));
    const noAccount = JSON.stringify(trailRecord('nobody', day(1), { recipientAccountId: 'XXXX', userIdentity: {} }));
    const noTime = JSON.stringify(trailRecord('timeless', day(1), { eventTime: 'soon' }));
    const path = file('bad.ndjson', `${good}\n{"eventID": tru}\n${noAccount}\n${noTime}\n[7]\n`);
    const problems: string[] = [];
    const outcome = await importFrom([path], {
      onMalformed: ({ line }, problem) => problems.push(`${line}: ${problem}`),
    });
    expect(outcome).toMatchObject({ records: 1, newRecords: 1, malformed: 4 });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['2', '3', '4', '5']);
    await importFrom([path]);
    const kept = await store.db.selectFrom('malformed_records').selectAll().execute();
    expect(kept.map(({ raw }) => raw.toString('utf8')).toSorted()).toEqual(
      ['7', noAccount, noTime, '{"eventID": tru}'].toSorted(),
    );
  });

  test('goes on where it was stopped, while storing or while publishing', async () => {
    const path = file(
      'stopped.ndjson',
      someRecords(1200)
        .map((record) => JSON.stringify(record))
        .join('\n'),
    );
    const whileStoring = new AbortController();
    const first = await importFrom([path], { signal: whileStoring.signal, onStored: () => whileStoring.abort() });
    expect(first).toMatchObject({ newRecords: 500, published: 0, stopped: true });
    expect(await published()).toEqual([]);
    const whilePublishing = new AbortController();
    const second = await importFrom([path], {
      signal: whilePublishing.signal,
      eventsInPart: 400,
      onPublished: () => whilePublishing.abort(),
    });
    expect(second).toMatchObject({ newRecords: 700, published: 400, stopped: true });
    expect(await importFrom([path], { eventsInPart: 400 })).toMatchObject({
      newRecords: 0,
      published: 800,
      stopped: false,
    });
    expect(await published()).toEqual(Array.from({ length: 1200 }, (_, index) => `e${String(index).padStart(4, '0')}`));
  });
});

describe('on record', () => {
  function ndjson(): string {
    const lines = someRecords(1200).map((record) => JSON.stringify(record));
    return file('recorded.ndjson', lines.join('\n'));
  }

  test('stands who imported what, and what it brought, once each however often it was stopped', async () => {
    const path = ndjson();
    const [whileStoring, whilePublishing] = [new AbortController(), new AbortController()];
    await importFrom([path], { signal: whileStoring.signal, onStored: () => whileStoring.abort() });
    expect(await onRecord()).toMatchObject([
      {
        kind: 'import-begun',
        actor: 'user alice',
        subject: 'import/incident',
        data: { paths: [path], inputs: 1 },
        told: `An import as log source import/incident was begun: 1 input of ${path}.`,
      },
    ]);
    await importFrom([path], {
      signal: whilePublishing.signal,
      eventsInPart: 400,
      onPublished: () => whilePublishing.abort(),
    });
    const { digest } = await importFrom([path], { eventsInPart: 400 });
    const records = await onRecord();
    expect(records.map(({ kind }) => kind)).toEqual(['import-begun', 'import-ended']);
    expect(records[1]).toMatchObject({
      actor: 'user alice',
      subject: 'import/incident',
      data: { digest, records: 1200, newRecords: 1200, malformed: 0, published: 1200 },
      told: `The import as log source import/incident is complete: 1,200 records (1,200 new, 0 known already, 0 malformed), 1,200 events for detection; its content is ${digest}.`,
    });
  });

  test('each person stands with an import of their own, and a repeated one says that it brought nothing', async () => {
    const path = ndjson();
    const stop = new AbortController();
    await importFrom([path], { signal: stop.signal, onStored: () => stop.abort() });
    await importFrom([path], { who: 'user bob' });
    await importFrom([path], { who: 'user bob' });
    const records = await onRecord();
    expect(records.map(({ actor, kind }) => `${actor} ${kind}`)).toEqual([
      'user alice import-begun',
      'user bob import-begun',
      'user bob import-ended',
      'user bob import-begun',
      'user bob import-ended',
    ]);
    const ends = records.filter(({ kind }) => kind === 'import-ended').map(({ data }) => data);
    expect(ends).toMatchObject([
      { newRecords: 700, published: 1200 },
      { newRecords: 0, published: 0 },
    ]);
  });

  test('its digest is of the records, however they are packed', async () => {
    const records = someRecords(700);
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    const plain = await importFrom([file('digest/plain.ndjson', lines)]);
    const packed = await importFrom([file('digest/trail.json.gz', gzipSync(JSON.stringify({ Records: records })))]);
    const fewer = await importFrom([file('digest/fewer.json', JSON.stringify(records.slice(1)))]);
    expect(packed.digest).toBe(plain.digest);
    expect(fewer.digest).not.toBe(plain.digest);
  });
});

describe('detection on imported recordings', () => {
  test('opens cases in an account that nobody watches, also by rules that learn', async () => {
    const rules = ruleSetOf([
      { rule: fakeRule('create'), matcher: onAction('CreateUser') },
      { rule: fakeRule('new-user', { type: 'new_terms' }), matcher: onNewUser(7 * 24 * 60 * 60 * 1000) },
    ]);
    const records = [
      trailRecord('first', day(1)),
      trailRecord('again', day(2)),
      trailRecord('create', day(3), { eventName: 'CreateUser' }),
    ];
    await importFrom([file('attack.json', JSON.stringify({ Records: records.toReversed() }))]);
    await detectWith(rules);
    const alerts = await store.db.selectFrom('alerts').selectAll().orderBy('rule_id').execute();
    expect(
      alerts.map(({ rule_id, anchor_event_id, status_kind, case_id }) => [
        rule_id,
        anchor_event_id,
        status_kind,
        case_id !== null,
      ]),
    ).toEqual([
      ['create', 'create', 'live', true],
      ['new-user', 'first', 'live', true],
    ]);
    const cases = await store.db.selectFrom('cases').select(['account_id', 'status']).execute();
    expect(cases).toEqual([{ account_id: accountId, status: 'gathering' }]);
  });
});
