import { afterEach, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { readCaseHistory } from '../../src/adapters/temporal/case-history.ts';
import { alertsArrived, decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from './case-world.ts';
import { s3BrowserRecord } from './trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** The server suggests to continue as new after 4,096 events (its default). */
const signalsForALongHistory = 4_200;

test('a case with a long history goes on in a new run: its plan stands, its alerts are claimed once, decisions stay known', async () => {
  const here = await openCaseWorld({ watchMs: 600_000 });
  world = here;
  const caseId = await here.openCase();
  const { planDigest } = await here.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  const firstRun = (await handle.describe()).runId;

  for (let sent = 0; sent < signalsForALongHistory; sent += 300) {
    await Promise.all(Array.from({ length: 300 }, () => handle.signal(alertsArrived)));
    const [event] = await here.addRecords([s3BrowserRecord()]);
    if (event !== undefined) await here.raiseAlert(event);
  }
  await handle.signal(alertsArrived);
  await expect.poll(async () => (await handle.describe()).runId, { timeout: 60_000 }).not.toBe(firstRun);

  const alerts = 1 + signalsForALongHistory / 300;
  const after = await here.until(
    caseId,
    ({ alertCount, state }) => alertCount === alerts && state.status !== 'gathering',
  );
  expect(after.planDigest).toBe(planDigest);
  async function claimed() {
    const claims = (await loadAuditRecords(here.store.db, caseId)).filter(({ kind }) => kind === 'alerts-claimed');
    return claims.reduce((sum, { data }) => sum + (data as { readonly claimed: number }).claimed, 0);
  }
  // The case knows of its alerts a moment before that is on record.
  await expect.poll(claimed, { timeout: 30_000 }).toBe(alerts);

  const signed = await here.decision({ caseId, planDigest });
  expect((await handle.executeUpdate(decide, { args: [signed] })).kind).toBe('accepted');
  const history = await readCaseHistory(here.client, caseId);
  expect(history?.events.filter(({ kind }) => kind === 'continued-as-new').length).toBeGreaterThan(0);
  expect(history?.lostRuns).toBe(0);
  expect(await claimed()).toBe(alerts);
}, 180_000);
