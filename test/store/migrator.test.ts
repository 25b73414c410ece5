import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { jsonText, storableText } from '../../src/adapters/store/json-text.ts';
import { migrations } from '../../src/adapters/store/migrations/index.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

test('three processes that migrate at once apply each migration once', async () => {
  const url = await testDatabaseUrl();
  const stores = [openStore(url), openStore(url), openStore(url)];
  const applied = await Promise.all(stores.map((store) => store.migrate()));
  expect(applied.flat().toSorted()).toEqual(Object.keys(migrations).toSorted());
  await Promise.all(stores.map((store) => store.close()));
});

test('instants come back as RFC 3339 text in UTC, and bigints as bigints', async () => {
  const store = openStore(await testDatabaseUrl());
  await store.migrate();
  const row = await store.db.selectFrom('detect_cursor').selectAll().executeTakeFirstOrThrow();
  expect(row.updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  expect(row.seq).toBe(0n);
  await store.close();
});

test('text that PostgreSQL does not take is changed where it stands, and nothing else is', () => {
  expect(JSON.parse(jsonText({ a: 'x\u0000y', b: '\\u0000', c: '\ud800', d: '😀' }))).toEqual({
    a: 'x\ufffdy',
    b: '\\u0000',
    c: '\ufffd',
    d: '😀',
  });
  expect(storableText('a\u0000b')).toBe('a\ufffdb');
});
