import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { alertsSince } from '../../src/adapters/store/news-store.ts';
import type { AlertId, Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

test('alerts are told on and on, however many have been told since the beginning', async () => {
  const store = openStore(await testDatabaseUrl());
  try {
    await store.migrate();
    await sql`
      insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key,
        anchor_account_id, anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at)
      select 'a' || i, 'r', 'd', 'n', 'low', 1, '[]', '', '111122223333', 'e' || i, 1, '[]', '{}', '{}', 'live',
        '2026-06-01T12:00:00Z', '2026-06-01T12:00:01Z'
      from generate_series(1, 450) i`.execute(store.db);
    const told = new Set<AlertId>();
    const sizes: number[] = [];
    for (let look = 0; look < 4; look += 1) {
      const alerts = await alertsSince(store.db, '2026-06-01T12:00:00.000Z' as Instant, told);
      for (const { id } of alerts) told.add(id);
      sizes.push(alerts.length);
    }
    expect(sizes).toEqual([200, 200, 50, 0]);
  } finally {
    await store.close();
  }
});
