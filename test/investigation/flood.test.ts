import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId } from '../../src/model/ids.ts';
import { type CaseWorld, openCaseWorld } from './case-world.ts';
import { s3BrowserRecord } from './trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const alerts = 10_000;
const batch = 100;
/** They come for a quarter of a minute at least. */
const betweenMs = 150;

/** A tenth of what is configured where nothing is said: what takes a minute there takes six seconds here. */
const lookAgainAfterMs = 1_000;

/** As detection leaves them: alerts of the open case, which wait to be claimed. */
async function raiseAlerts(here: CaseWorld, caseId: CaseId, count: number): Promise<void> {
  const events = await here.addRecords(Array.from({ length: count }, () => s3BrowserRecord()));
  const pattern = await here.store.db
    .selectFrom('alerts')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('event_time')
    .executeTakeFirstOrThrow();
  const values = events.map((event) => ({
    ...pattern,
    id: event.ref.eventId as typeof pattern.id,
    anchor_event_id: event.ref.eventId,
    event_refs: JSON.stringify([event.ref]),
    group_values: JSON.stringify(pattern.group_values),
    detail: JSON.stringify(pattern.detail),
    status: JSON.stringify(pattern.status),
    claimed_at: null,
  }));
  await here.store.db.insertInto('alerts').values(values).execute();
}

test(`${alerts} alerts about one intruder are one case, a few looks and a short history`, async () => {
  const here = await openCaseWorld({ lookAgainAfterMs });
  world = here;
  const caseId = await here.openCase();
  for (let raised = 1; raised < alerts; raised += batch) {
    await raiseAlerts(here, caseId, Math.min(batch, alerts - raised));
    await here.ring(caseId);
    await setTimeout(betweenMs);
  }
  async function kinds() {
    return (await loadAuditRecords(here.store.db, caseId)).map(({ kind }) => kind);
  }
  const flooded = await here.until(caseId, ({ alertCount }) => alertCount === alerts);
  await expect.poll(async () => (await kinds()).at(-1), { timeout: 30_000 }).toBe('evidence-gathered');
  expect(flooded.planVersion).toBe(1);

  const cases = await here.store.db.selectFrom('cases').select('id').execute();
  expect(cases).toEqual([{ id: caseId }]);
  const looks = (await kinds()).filter((kind) => kind === 'evidence-gathered').length;
  const { historyLength, historySize = 0 } = await here.client.workflow.getHandle(caseWorkflowId(caseId)).describe();
  const { rows } = await sql<{ readonly pieces: number; readonly bytes: number }>`
    select count(*)::integer as pieces, sum(pg_column_size(content))::integer as bytes from evidence
  `.execute(here.store.db);
  const [kept] = rows;
  const figures = { looks, historyLength, historySize, ...kept };
  console.log(`${alerts} alerts: ${JSON.stringify(figures)}`);
  // At once, then after 1, 2, 4, 8, 16 seconds, on a machine that is slow as well.
  expect(figures.looks).toBeLessThanOrEqual(9);
  expect(historyLength).toBeLessThan(2_000);
  expect(historySize).toBeLessThan(2_000_000);
  // Those of the plan's look and of the latest.
  expect(kept?.pieces).toBeLessThanOrEqual(20);
  expect(kept?.bytes).toBeLessThan(20_000_000);
}, 120_000);
