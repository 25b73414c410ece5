import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { awaitedFrom } from '../../src/adapters/store/collection/awaited-from.ts';
import { readingProgress } from '../../src/adapters/store/news-store.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const now = '2026-06-01T12:00:00.000Z' as Instant;

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterAll(() => store.close());

test('an import is no account-region whose history is awaited', async () => {
  await createImportStore(store, 'old-trail', now);
  expect(await readingProgress(store.db)).toMatchObject({ sources: 0, caughtUp: 0 });
  const account = { id: '111122223333' as AccountId, name: 'a', partition: 'aws', lifecycle: 'watched' } as const;
  const watched = { ...account, regions: ['us-east-1', 'eu-west-1'], roles: {}, pollIntervalMs: 300_000 };
  await syncAccounts(store, [watched], { historyMs: 3_600_000, now });
  expect(await readingProgress(store.db)).toMatchObject({ sources: 2, caughtUp: 0 });
});

test('the regions of an account that is retired or paused are no account-regions that are read on', async () => {
  const account = { id: '111122223333' as AccountId, name: 'a', partition: 'aws', lifecycle: 'retired' } as const;
  const retired = { ...account, regions: ['us-east-1', 'eu-west-1'], roles: {}, pollIntervalMs: 300_000 };
  await syncAccounts(store, [retired], { historyMs: 3_600_000, now });
  expect(await readingProgress(store.db)).toMatchObject({ sources: 0, caughtUp: 0 });
  const later = '2026-06-02T12:00:00.000Z' as Instant;
  expect(await awaitedFrom(store.db, later)).toBe(later);
});
