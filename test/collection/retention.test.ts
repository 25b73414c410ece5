import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { createUpkeepActivities } from '../../activities/upkeep.ts';
import { createEventPartitions } from '../../src/adapters/store/events/event-partitions.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { storeRecords } from '../../src/adapters/store/collection/page-store.ts';
import { pruneStore } from '../../src/adapters/store/upkeep/retention.ts';
import { createUpkeepStore } from '../../src/adapters/store/upkeep/upkeep-store.ts';
import { keepEventsMs } from '../../src/collection/keep-events.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import type { UpkeepStore } from '../../src/collection/upkeep-ports.ts';
import type { AlertStatus } from '../../src/model/alert.ts';
import type { CaseId, Instant, SourceId } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { accountId, trailRecord } from './collecting.ts';

const stores: Store[] = [];

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

async function open(): Promise<Store> {
  const store = openStore(await testDatabaseUrl());
  stores.push(store);
  await store.migrate();
  return store;
}

const dayMs = 86_400_000;
const now = Date.parse('2026-11-24T12:00:00Z');
function daysAgo(days: number) {
  return new Date(now - days * dayMs).toISOString() as Instant;
}
const source = { id: `lookup/${accountId}/us-east-1` as SourceId, accountId, region: 'us-east-1' };

/** Stores events of a day; each as if it had been read a given number of days ago, the day's partition being there then. */
async function put(store: Store, ids: readonly string[], eventDaysAgo: number, readDaysAgo = eventDaysAgo) {
  const partitions = createEventPartitions(() => now - readDaysAgo * dayMs);
  const seenAt = daysAgo(readDaysAgo);
  const texts = ids.map((id) => JSON.stringify(trailRecord(id, now - eventDaysAgo * dayMs)));
  const page = { source, seenAt, ...readShownRecords(texts, accountId, seenAt) };
  await partitions.ensure(
    store.db,
    page.records.map((record) => record.eventTime),
  );
  return store.db.transaction().execute((db) => storeRecords(db, page));
}

function limits(keepDays = 400) {
  return {
    eventsBefore: daysAgo(keepDays),
    callsBefore: daysAgo(100),
    deadline: Date.now() + 60_000,
  };
}

async function idsIn({ db }: Store, table: 'events' | 'event_keys' | 'sightings') {
  return (await db.selectFrom(table).select('event_id').orderBy('event_id').execute()).map((row) => row.event_id);
}

async function partitionsOf({ db }: Store): Promise<readonly string[]> {
  const { rows } = await db.executeQuery<{ name: string }>(
    sql<{
      name: string;
    }>`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass order by 1`.compile(
      db,
    ),
  );
  return rows.map(({ name }) => name);
}

async function openCase({ db }: Store): Promise<CaseId> {
  const id = 'TH-000001' as CaseId;
  await db
    .insertInto('cases')
    .values({
      id,
      actor_key: 'a',
      actor: '{}',
      account_id: accountId,
      status: 'watching',
      severity: 'low',
      opened_at: daysAgo(450),
    })
    .execute();
  return id;
}

/** An alert that rests on an event. */
async function alertOn(
  { db }: Store,
  eventId: string,
  kind: AlertStatus['kind'] = 'live',
  caseId: CaseId | null = null,
): Promise<void> {
  const id = `sha256:${kind}:${eventId}` as never;
  await db
    .insertInto('alerts')
    .values({
      id,
      rule_id: 'r',
      rule_digest: 'sha256:r',
      rule_name: 'rule',
      severity: 'low',
      risk_score: 1,
      group_values: '[]',
      group_key: 'sha256:g',
      anchor_account_id: accountId,
      anchor_event_id: eventId,
      anchor_revision: 0,
      event_refs: '[]',
      detail: '{}',
      status: JSON.stringify({ kind }),
      status_kind: kind,
      event_time: daysAgo(450),
      at: daysAgo(450),
      case_id: caseId,
    })
    .execute();
  await db
    .insertInto('alert_events')
    .values({ alert_id: id, account_id: accountId, event_id: eventId, revision: 0, position: 0 })
    .execute();
}

describe('pruning', () => {
  test('drops the days of events that were kept for long enough, with their keys and sightings, and no others', async () => {
    const store = await open();
    await put(store, ['old-1', 'old-2'], 450);
    await put(store, ['older'], 460);
    await put(store, ['young'], 399);
    expect(await partitionsOf(store)).toHaveLength(4);
    expect(await pruneStore(store, limits())).toMatchObject({ days: 2, left: false });
    expect(await idsIn(store, 'events')).toEqual(['young']);
    expect(await idsIn(store, 'event_keys')).toEqual(['young']);
    expect(await idsIn(store, 'sightings')).toEqual(['young']);
    expect(await partitionsOf(store)).toHaveLength(2);
    expect(await pruneStore(store, limits())).toMatchObject({ days: 0, events: 0, left: false });
  });

  test('keeps what an alert rests on, and what was imported lately', async () => {
    const store = await open();
    await put(store, ['accused', 'bystander'], 450);
    await put(store, ['imported'], 450, 5);
    await put(store, ['imported-of-old-years'], 2000, 5);
    await put(store, ['imported-long-ago'], 2000, 500);
    await alertOn(store, 'accused');
    const kept = ['accused', 'imported', 'imported-of-old-years'];
    expect(await pruneStore(store, limits())).toMatchObject({ days: 1, events: 1, left: false });
    expect(await idsIn(store, 'events')).toEqual(kept);
    expect(await idsIn(store, 'event_keys')).toEqual(kept);
    // Known again, it is no new event.
    expect(await put(store, ['accused'], 450, 1)).toBe(0);
  });

  test('keeps nothing for an alert that no case has or will have', async () => {
    const store = await open();
    await put(store, ['nightly-backup', 'learnt', 'replaced', 'replaced-in-a-case', 'excused-and-accused'], 450);
    await put(store, ['nightly-backup-of-old-years'], 2000, 500);
    await alertOn(store, 'nightly-backup', 'excepted');
    await alertOn(store, 'nightly-backup-of-old-years', 'excepted');
    await alertOn(store, 'learnt', 'learning');
    await alertOn(store, 'replaced', 'superseded');
    await alertOn(store, 'replaced-in-a-case', 'superseded', await openCase(store));
    await alertOn(store, 'excused-and-accused', 'excepted');
    await alertOn(store, 'excused-and-accused', 'live');
    expect(await pruneStore(store, limits())).toMatchObject({ days: 1, events: 1, left: false });
    expect(await idsIn(store, 'events')).toEqual(['excused-and-accused', 'replaced-in-a-case']);
    expect(await idsIn(store, 'event_keys')).toEqual(['excused-and-accused', 'replaced-in-a-case']);
    const alerts = await store.db.selectFrom('alerts').select('id').orderBy('id').execute();
    expect(alerts.map(({ id }) => id)).toEqual([
      'sha256:live:excused-and-accused',
      'sha256:superseded:replaced-in-a-case',
    ]);
  });

  test('looks at no day that stays: what it costs does not grow with the store', async () => {
    const store = await open();
    await put(store, ['old'], 450);
    await put(store, ['young'], 10);
    const [young] = (await partitionsOf(store)).filter((name) => name !== 'events_default').toReversed();
    await store.db.transaction().execute(async (others) => {
      // Whoever looks at that day now waits for ever.
      await sql`lock table ${sql.table(young ?? '')} in access exclusive mode`.execute(others);
      expect(await pruneStore(store, limits())).toMatchObject({ days: 1, left: false });
    });
    expect(await idsIn(store, 'event_keys')).toEqual(['young']);
    expect(await idsIn(store, 'sightings')).toEqual(['young']);
  });

  test('gives way to who writes to an old day at the moment, and goes on the next time', async () => {
    const store = await open();
    await put(store, ['old'], 450);
    const written = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const seenAt = daysAgo(1);
    const late = readShownRecords([JSON.stringify(trailRecord('late', now - 450 * dayMs))], accountId, seenAt);
    const writing = store.db.transaction().execute(async (db) => {
      await storeRecords(db, { source, seenAt, ...late });
      written.resolve();
      await end.promise;
    });
    await written.promise;
    expect(await pruneStore(store, limits())).toMatchObject({ days: 0, left: true });
    end.resolve();
    await writing;
    expect(await idsIn(store, 'events')).toEqual(['late', 'old']);
    expect(await pruneStore(store, limits())).toMatchObject({ days: 1, left: false });
    expect(await idsIn(store, 'events')).toEqual(['late']);
  });

  test('loses nothing that is stored meanwhile', async () => {
    const store = await open();
    for (let day = 420; day < 430; day += 1) await put(store, [`old-${day}`], day);
    const writing = Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        put(store, [`new-${index}`], index % 2 === 0 ? 1 : 420 + (index % 10), 1),
      ),
    );
    let pruned = await pruneStore(store, limits());
    await writing;
    while (pruned.left) pruned = await pruneStore(store, limits());
    const stored = await idsIn(store, 'events');
    expect(stored.filter((id) => id.startsWith('new-'))).toHaveLength(40);
    expect(stored.filter((id) => id.startsWith('old-'))).toEqual([]);
  });

  test('trims reads and our own calls, but for calls that changed something', async () => {
    const store = await open();
    function call(id: string, days: number, intent: string | null) {
      return {
        aws_request_id: id,
        operation: 'iam:UpdateAccessKey',
        at: daysAgo(days),
        account_id: accountId,
        region: null,
        intent_id: intent,
        footprint_at: null,
        missed_at: null,
      };
    }
    await store.db
      .insertInto('own_calls')
      .values([call('old', 120, null), call('change', 120, 'intent'), call('young', 90, null)])
      .execute();
    expect(await pruneStore(store, limits())).toMatchObject({ calls: 1 });
    const rows = await store.db.selectFrom('own_calls').select('aws_request_id').orderBy('aws_request_id').execute();
    expect(rows.map((row) => row.aws_request_id)).toEqual(['change', 'young']);
  });

  test('is due once a day', async () => {
    const store = await open();
    const at = daysAgo(0);
    expect((await createUpkeepStore(store, 0).state(at)).choresDue).toEqual(['prune']);
    await createUpkeepStore(store, 0).choreDone('prune', at);
    expect((await createUpkeepStore(store, 0).state(at)).choresDue).toEqual([]);
    expect((await createUpkeepStore(store, 0).state(daysAgo(-1))).choresDue).toEqual(['prune']);
  });

  test('goes on an hour later where something was left', async () => {
    const done: Instant[] = [];
    const left = { days: 0, events: 0, calls: 0, reads: 0, left: true };
    const store: UpkeepStore = {
      state: async () => ({ choresDue: [], regionTroubles: [], heldBack: [], rulesWarming: [], caseTroubles: [] }),
      prune: async () => left,
      choreDone: async (_chore, at) => void done.push(at),
      discoveringAccounts: async () => [],
      setRegions: async () => {},
    };
    const regions = { enabledRegions: async () => ({ kind: 'listed', regions: [] }) as const };
    const begun = Date.now();
    await createUpkeepActivities({ store, regions, keepEventsMs: dayMs }).pruneStore();
    const due = Date.parse(done[0] ?? '') + dayMs;
    expect(due - begun).toBeGreaterThanOrEqual(3_600_000);
    expect(due - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  test('never takes what a rule still compares with', () => {
    function rule(days: number) {
      return { matcher: { horizonMs: days * dayMs } };
    }
    expect(keepEventsMs(400 * dayMs, [rule(89), rule(0)])).toBe(400 * dayMs);
    expect(keepEventsMs(400 * dayMs, [rule(500)])).toBe(501 * dayMs);
  });
});
