import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { growByEvents } from '../../src/adapters/store/cases/case-growth.ts';
import { openStore, type StoreDb } from '../../src/adapters/store/database.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

const accountId = '111122223333' as AccountId;
const now = '2026-11-24T12:00:00Z' as Instant;
const links = 20_000;

/** Blocks of the indexes and tables of links that were read so far. */
async function blocksRead(db: StoreDb): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ readonly read: string }>`
    select sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::text as read from pg_statio_user_tables
    where relname in ('links', 'link_ends', 'case_identities')`.execute(db);
  return Number(rows[0]?.read);
}

test('which cases a batch leads on costs in proportion to the batch, however many links are kept', async () => {
  const store = openStore(await testDatabaseUrl());
  try {
    await store.migrate();
    await sql`
      insert into links (id, at, account_id, event_id, link)
      select 'link-' || n, ${now}, ${accountId}, 'event-' || n, '{}' from generate_series(1, ${links}::int) n`.execute(
      store.db,
    );
    await sql`
      insert into link_ends (node, at, link_id)
      select side || n, ${now}, 'link-' || n from generate_series(1, ${links}::int) n, unnest(array['from-', 'to-']) side`.execute(
      store.db,
    );
    await sql`
      insert into cases (id, actor_key, actor, account_id, status, severity, opened_at)
      values ('TH-000001', 'a', '{}', ${accountId}, 'watching', 'low', ${now})`.execute(store.db);
    await sql`
      insert into case_identities (case_id, identity_id, role, since, whole, held)
      select 'TH-000001', 'of-the-case-' || n, 'used', ${now}, false, true from generate_series(1, 2000) n`.execute(
      store.db,
    );
    await sql`analyze`.execute(store.db);
    const batch = Array.from({ length: 10 }, (_, n) => ({ accountId, eventId: `event-${n * 17 + 1}`, revision: 0 }));
    // One connection, which tells its own reads at once.
    await store.db.connection().execute(async (db) => {
      const before = await blocksRead(db);
      await growByEvents(db, batch, now);
      const read = (await blocksRead(db)) - before;
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(20 * batch.length);
    });
  } finally {
    await store.close();
  }
});
