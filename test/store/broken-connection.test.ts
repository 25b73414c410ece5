import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

test('a connection that breaks between two queries of a transaction fails the next one, and ends no process', async () => {
  const url = await testDatabaseUrl();
  const errors: Error[] = [];
  const store = openStore(url, { onConnectionError: (error) => errors.push(error) });
  const other = openStore(url);
  const broken = store.db.transaction().execute(async (db) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other.db);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await sql`select 1`.execute(db);
  });
  await expect(broken).rejects.toThrow();
  await expect(sql`select 1`.execute(store.db)).resolves.toBeDefined();
  await Promise.all([store.close(), other.close()]);
});
