import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import {
  countFromNow,
  createRequestPacer,
  lookupTurnMs,
  takeTurn,
} from '../../src/adapters/store/collection/request-pacer.ts';
import type { SourceId } from '../../src/model/ids.ts';
import { accountId, startCollecting, trailRecord } from '../collection/collecting.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

let stores: readonly Store[];

beforeAll(async () => {
  const url = await testDatabaseUrl();
  stores = [openStore(url), openStore(url)];
  await stores[0]?.migrate();
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
});

/** Writes every booked turn down in the database, so that the test measures with the limiter's own clock. */
async function watchTurns(store: Store): Promise<() => Promise<readonly number[]>> {
  await sql`create table booked (at timestamptz)`.execute(store.db);
  await sql`create function book() returns trigger language plpgsql as
    'begin insert into booked values (new.next_allowed_at); return new; end'`.execute(store.db);
  await sql`create trigger booking after insert or update on request_pacing for each row execute function book()`.execute(
    store.db,
  );
  return async () => {
    const { rows } = await sql<{ readonly at: string }>`select at from booked order by at`.execute(store.db);
    return rows.map(({ at }) => Date.parse(at));
  };
}

test('two processes, and one that dies with its turn in hand, never have three turns within one second', async () => {
  const source = 'lookup/111122223333/us-east-1' as SourceId;
  const [first, second] = stores;
  if (first === undefined || second === undefined) throw new Error('two stores are needed');
  const booked = await watchTurns(first);
  async function spend(store: Store): Promise<void> {
    const pacer = createRequestPacer(store.db);
    for (let index = 0; index < 4; index++) await pacer.turn(source);
  }
  const dies = takeTurn(first.db, source, lookupTurnMs); // books a turn and never uses it
  await Promise.all([dies, spend(first), spend(second)]);
  const turns = await booked();
  expect(turns.length).toBe(9);
  expect(Math.min(...turns.map((at, index) => (turns[index + 2] ?? Infinity) - at))).toBeGreaterThan(1000);
});

test('turns of different regions do not wait for each other', async () => {
  const [store] = stores;
  if (store === undefined) throw new Error('a store is needed');
  const waits = await Promise.all(
    ['a', 'b', 'c', 'd'].map((region) => takeTurn(store.db, `lookup/444455556666/${region}` as SourceId, lookupTurnMs)),
  );
  expect(waits).toEqual([0, 0, 0, 0]);
});

test('after a turn that was used late, the next one is a whole turn away, and one that is further stays where it is', async () => {
  const [store] = stores;
  if (store === undefined) throw new Error('a store is needed');
  const source = 'lookup/777788889999/us-east-1' as SourceId;
  await takeTurn(store.db, source, 0);
  await countFromNow(store.db, source, 60_000);
  expect(await takeTurn(store.db, source, 60_000)).toBeGreaterThan(30_000);
  await countFromNow(store.db, source, 60_000);
  expect(await takeTurn(store.db, source, 0)).toBeGreaterThan(90_000);
});

test('a bucket of AWS’s size refuses none of ours while two workers read the same account', async () => {
  const collecting = await startCollecting({ simulator: { lookupRate: 2 }, turnMs: lookupTurnMs });
  try {
    const records = Array.from({ length: 260 }, (_, index) =>
      trailRecord(`e${index}`, Date.now() - (index + 1) * 1000),
    );
    collecting.simulator.control.insertRecords({ records });
    await Promise.all([collecting.worker().read(), collecting.worker().read()]);
    const lookups = collecting.simulator.control.requests().filter((request) => request.operation === 'LookupEvents');
    expect(lookups.filter((request) => request.outcome !== 'ok')).toEqual([]);
    expect(lookups.length).toBeGreaterThanOrEqual(12);
    expect(lookups.every((request) => request.accountId === accountId)).toBe(true);
  } finally {
    await collecting.stop();
  }
});

test('a noisy neighbour who takes half of the quota slows a read down and stops nothing', async () => {
  const collecting = await startCollecting({ simulator: { lookupRate: 2, neighbourShare: 0.5 }, turnMs: lookupTurnMs });
  try {
    const records = Array.from({ length: 120 }, (_, index) =>
      trailRecord(`e${index}`, Date.now() - (index + 1) * 1000),
    );
    collecting.simulator.control.insertRecords({ records });
    await collecting.worker().read();
    await collecting.worker().publish();
    const { count } = await collecting.store.db
      .selectFrom('events')
      .select(({ fn }) => fn.countAll<bigint>().as('count'))
      .where('request_id', 'like', 'request-%')
      .executeTakeFirstOrThrow();
    expect(count).toBe(120n);
    const reads = await collecting.store.db.selectFrom('reads').select('throttles').execute();
    expect(Math.max(...reads.map((read) => read.throttles))).toBeGreaterThan(0);
  } finally {
    await collecting.stop();
  }
});
