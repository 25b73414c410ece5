import { expect, test } from 'vitest';
import { draftPlan, presentPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { newsPorts } from '../../src/entry/compose/news-ports.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { createShownPlans } from '../../src/entry/start/key-controls.ts';
import { leftWaiting } from '../../src/entry/start/story.ts';
import type { Digest, Instant } from '../../src/model/ids.ts';
import { awaitedCases } from '../../src/views/news.ts';
import { aPlan } from '../approval/decision-fixtures.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { intrusions } from '../investigation/expected/intrusions.ts';
import { alertOn, publishRecords } from '../investigation/live-store.ts';

const at = '2026-11-24T12:00:00.000Z' as Instant;
const undoes: Digest = `sha256:${'ab'.repeat(32)}`;

test('a start names an undo that an earlier run left waiting, though its case has closed, and how it is decided on', async () => {
  const store = openStore(await testDatabaseUrl());
  try {
    await store.migrate();
    const [record] = intrusions[0]?.records() ?? [];
    if (record === undefined) throw new Error('the first intrusion has records');
    await publishRecords(store, [record]);
    const caseId = await alertOn(store, record);
    const plan = aPlan({ caseId, purpose: { undo: undoes } });
    await draftPlan(store.db, plan, at);
    await presentPlan(store.db, caseId, plan.digest, { presentedAt: at, expiresAt: at });
    await store.db.updateTable('cases').set({ status: 'closed', closed_at: at }).where('id', '=', caseId).execute();
    const lines = await leftWaiting(newsPorts(store.db), loadConfig(undefined, {}), createShownPlans());
    const told = lines.map(({ text }) => text).join('\n');
    expect(told).toContain(
      `case ${caseId}: an undo waits for a decision until 2026-11-24 12:00:00 UTC; it would deactivate access key AKIAOLD`,
    );
    expect(told).toContain(`approve ${caseId} --plan ${plan.digest.slice('sha256:'.length, 'sha256:'.length + 20)}`);
    expect(await awaitedCases(newsPorts(store.db))).toMatchObject([
      { id: caseId, status: 'awaiting-decision', decideBy: '2026-11-24T12:00:00Z' },
    ]);
  } finally {
    await store.close();
  }
});
