import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/store/database.ts';
import { usualCalls } from '../../src/adapters/store/events/usual-calls.ts';
import type { Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { publishRecords } from '../investigation/live-store.ts';
import { accessKeyId, userRecord } from '../investigation/trail-records.ts';

function day(date: number, minute = 0) {
  return `2026-03-${String(date).padStart(2, '0')}T09:${String(minute).padStart(2, '0')}:00Z` as Instant;
}

test('a busy day does not hide that the days before were alike, however little of a history is read', async () => {
  const store = openStore(await testDatabaseUrl());
  try {
    await store.migrate();
    const quietDays = [3, 4, 5, 6].flatMap((date) => [day(date), day(date, 1), day(date, 2)]);
    const busyDay = Array.from({ length: 12 }, (_, minute) => day(7, minute));
    await publishRecords(
      store,
      [...quietDays, ...busyDay].map((eventTime) => userRecord({ eventTime })),
    );
    const callers = { accessKeyIds: [accessKeyId], userNames: [], arns: [] };
    const span = { from: day(4, 1), to: day(8) };
    const found = await usualCalls(store.db, callers, span, { latest: 10, aDay: 2 });
    const days = found.map(({ event }) => event.at.slice(8, 10));
    expect(days).toEqual([...Array<string>(10).fill('07'), '06', '06', '05', '05', '04', '04']);
    const all = await usualCalls(store.db, callers, span, { latest: 100, aDay: 2 });
    expect(all).toHaveLength(12 + 3 + 3 + 2);
  } finally {
    await store.close();
  }
});
