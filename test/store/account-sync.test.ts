import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  listAccounts,
  storePause,
  retireAccount,
  saveAccount,
  syncAccounts,
} from '../../src/adapters/store/accounts/account-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { connectClient, createClient } from '../../src/adapters/temporal/connection.ts';
import { removePollSchedule, syncPollSchedules } from '../../src/adapters/temporal/schedules.ts';
import type { Account } from '../../src/model/account.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl, testTemporal } from '../harness/test-servers.ts';

const [first, second, third] = ['111122223333', '444455556666', '777788889999'] as AccountId[] as [
  AccountId,
  AccountId,
  AccountId,
];
function accountOf(id: AccountId, change: Partial<Account> = {}): Account {
  return {
    id,
    name: id,
    partition: 'aws',
    lifecycle: 'watched',
    regions: ['us-east-1'],
    roles: {},
    pollIntervalMs: 60_000,
    ...change,
  };
}
const options = { historyMs: 0, now: new Date().toISOString() as Instant };

const stores: Store[] = [];
let store: Store;
beforeEach(async () => {
  store = openStore(await testDatabaseUrl());
  stores.push(store);
  await store.migrate();
});
afterAll(() => Promise.all(stores.map((each) => each.close())));

async function states() {
  return (await listAccounts(store.db)).map(({ id, lifecycle }) => `${id} ${lifecycle}`);
}

describe('a worker that starts beside a running copy', () => {
  test.each([
    ['no accounts', []],
    ['other accounts', [accountOf(third)]],
    ['some of the accounts', [accountOf(first)]],
  ])('with a configuration that names %s refuses, and what is watched stays so', async (_case, accounts) => {
    await syncAccounts(store, [accountOf(first), accountOf(second)], options);
    await expect(syncAccounts(store, accounts, options)).rejects.toMatchObject({
      name: 'UnnamedAccountsError',
      message: expect.stringContaining(second),
      remedy: expect.stringContaining('lifecycle = "retired"'),
    });
    expect(await states()).toEqual([`${first} watched`, `${second} watched`]);
  });

  test('with more accounts adds them', async () => {
    await syncAccounts(store, [accountOf(first)], options);
    await syncAccounts(store, [accountOf(first), accountOf(second)], options);
    expect(await states()).toEqual([`${first} watched`, `${second} watched`]);
  });
});

describe('an account is retired', () => {
  test('by a configuration that names it so, even if it is paused', async () => {
    await syncAccounts(store, [accountOf(first), accountOf(second)], options);
    await storePause(store.db, second, { reason: 'r', owner: 'o', until: '2099-01-01T00:00:00Z' as Instant });
    await syncAccounts(store, [accountOf(first), accountOf(second, { lifecycle: 'retired' })], options);
    expect(await states()).toEqual([`${first} watched`, `${second} retired`]);
    // Its block may go now.
    await syncAccounts(store, [accountOf(first)], options);
  });

  test('by a command; one that was added by command needs no configuration', async () => {
    await syncAccounts(store, [accountOf(first)], options);
    await saveAccount(store.db, accountOf(second), 'command', options);
    await retireAccount(store.db, first);
    await syncAccounts(store, [], options);
    expect(await states()).toEqual([`${first} retired`, `${second} watched`]);
  });
});

test('a pause of the configuration ends with it, and one that a person gave does not', async () => {
  await syncAccounts(store, [accountOf(first, { lifecycle: 'paused' }), accountOf(second)], options);
  await storePause(store.db, second, { reason: 'r', owner: 'o', until: '2099-01-01T00:00:00Z' as Instant });
  await syncAccounts(store, [accountOf(first), accountOf(second)], options);
  expect(await states()).toEqual([`${first} watched`, `${second} paused`]);
});

test('poll schedules are made, changed where they differ, left alone where they do not, and ended where nobody watches', async () => {
  const temporal = await testTemporal();
  const connection = await connectClient({ address: temporal.address });
  const client = createClient(connection, await temporal.createNamespace(), {});
  function poll(accountId: AccountId, intervalMs = 60_000) {
    return { accountId, intervalMs, paused: false };
  }
  async function listed() {
    const ids: string[] = [];
    for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
    return ids.sort();
  }
  const nothing = { created: [], updated: [], ended: [] };
  try {
    expect(await syncPollSchedules(client, [poll(first), poll(second)])).toEqual({
      ...nothing,
      created: [first, second],
    });
    await expect.poll(listed, { timeout: 20_000 }).toEqual([`poll/${first}`, `poll/${second}`]);
    expect(await syncPollSchedules(client, [poll(first), poll(second)])).toEqual(nothing);
    expect(await syncPollSchedules(client, [poll(first, 30_000), poll(second)])).toEqual({
      ...nothing,
      updated: [first],
    });
    const { spec } = await client.schedule.getHandle(`poll/${first}`).describe();
    expect(spec.intervals?.[0]?.every).toBe(30_000);
    expect(await syncPollSchedules(client, [poll(second)])).toEqual({ ...nothing, ended: [first] });
    await expect.poll(listed, { timeout: 20_000 }).toEqual([`poll/${second}`]);
    await removePollSchedule(client, second);
  } finally {
    await connection.close();
  }
});
