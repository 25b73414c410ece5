import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

test('a text that PostgreSQL cannot hold is stored with U+FFFD in its place, whatever column it goes to', async () => {
  const store = openStore(await testDatabaseUrl());
  try {
    await sql`create table anything (one text, two text)`.execute(store.db);
    await sql`insert into anything values (${'a\u0000b'}, ${'c\uD800d'})`.execute(store.db);
    await store.db
      .transaction()
      .execute(async (db) => sql`insert into anything values (${'\u0000'}, null)`.execute(db));
    const { rows } = await sql`select * from anything`.execute(store.db);
    expect(rows).toEqual([
      { one: 'a\uFFFDb', two: 'c\uFFFDd' },
      { one: '\uFFFD', two: null },
    ]);
  } finally {
    await store.close();
  }
});
