import type { Client } from '@temporalio/client';
import { afterEach, describe, expect, test } from 'vitest';
import { caseTroubles, openCases } from '../../src/adapters/store/case-recall.ts';
import { loadLatestPlan } from '../../src/adapters/store/plan-store.ts';
import { createDoorbells } from '../../src/adapters/temporal/doorbells.ts';
import { decide, replan, summary, type CaseSummary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const ringsOf = (client: Client) => createDoorbells({ polling: client, cases: client });

/** A case that has reached a state, whose workflow is then terminated, as the state's last recorded moment has it. */
async function lostIn(status: CaseSummary['state']['status'], options: CaseWorldOptions = {}) {
  const here = await openCaseWorld({ watchMs: 600_000, ...options });
  world = here;
  const caseId = await here.openCase();
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  const { planDigest } = await here.until(caseId, ({ state }) => state.status === 'awaiting-decision');
  if (planDigest === null) throw new Error('there is a plan');
  if (status === 'watching' || status === 'needs-a-person') {
    await handle.executeUpdate(decide, { args: [await here.decision({ caseId, planDigest })] });
    await here.until(caseId, ({ state }) => state.status === status);
  }
  await handle.terminate('lost');
  return { here, caseId, planDigest };
}

/** A case whose response goes on, and cannot tell whether a key that it made is live. */
async function held(here: CaseWorld) {
  const caseId = await here.openCase();
  const { planDigest } = await here.until(caseId, ({ state }) => state.status === 'awaiting-decision');
  if (planDigest === null) throw new Error('there is a plan');
  const { opened } = (await loadLatestPlan(here.store.db, caseId)) ?? {};
  const planned = opened?.kind === 'intact' ? opened.plan.actions : [];
  const actions = planned.filter(({ type }) => type === 'rotateAccessKey');
  const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
  await handle.executeUpdate(decide, { args: [await here.decision({ caseId, planDigest, actions })] });
  await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
  return { caseId, planDigest };
}

async function takenUp({ client, store }: CaseWorld, caseId: CaseId): Promise<void> {
  expect(await openCases(store.db, 0)).toContain(caseId);
  expect(await ringsOf(client).takeUpCase(caseId)).toBe(true);
  expect(await ringsOf(client).takeUpCase(caseId)).toBe(false);
}

describe('an open case whose workflow was terminated is taken up again', () => {
  test('while it waits for a decision: the same plan waits on, and takes its decision', async () => {
    const { here, caseId, planDigest } = await lostIn('awaiting-decision');
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'awaiting-decision');
    expect(after).toMatchObject({ planDigest, planVersion: 1, alertCount: 1 });
    const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
    const signed = await here.decision({ caseId, planDigest });
    expect(await handle.executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'accepted' });
    await here.until(caseId, ({ state }) => state.status === 'watching');
    const troubles = await caseTroubles(here.store.db, new Date().toISOString() as Instant);
    expect(troubles).toContainEqual(expect.objectContaining({ kind: 'case-taken-up', caseId }));
  });

  test('while it gathers: it gathers anew', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    await here.store.db.updateTable('cases').set({ status: 'gathering' }).where('id', '=', caseId).execute();
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'awaiting-decision');
    expect(after.planVersion).toBe(2);
  });

  test('between a decision and its response: a fresh plan is presented, and the decision is not used again', async () => {
    const { here, caseId, planDigest } = await lostIn('awaiting-decision');
    await here.store.db.updateTable('plans').set({ standing: 'decided' }).where('case_id', '=', caseId).execute();
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'awaiting-decision');
    expect(after.planVersion).toBe(2);
    expect(after.planDigest).not.toBe(planDigest);
    expect(here.stepsTaken).toEqual([]);
  });

  test('while a response was under way: a person is needed, and nothing is begun again', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    await here.store.db.updateTable('cases').set({ status: 'responding' }).where('id', '=', caseId).execute();
    await here.store.db.updateTable('plans').set({ standing: 'decided' }).where('case_id', '=', caseId).execute();
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(after.state).toEqual({ status: 'needs-a-person', why: 'outcome-unknown' });
    expect(here.stepsTaken).toEqual([]);
  });

  test('while its response runs: the case waits for its end, is neither replanned nor closed, and goes on with the result', async () => {
    let gone = false;
    const settle = () =>
      gone
        ? ({ kind: 'settled', found: 'removed', detail: 'Removed.', foreign: [] } as const)
        : ({ kind: 'held', why: 'Key AKIANEW may be live.', passing: false } as const);
    const here = await openCaseWorld({ respond: () => (gone ? 'done' : 'lost'), settle });
    world = here;
    const { caseId, planDigest } = await held(here);
    const handle = here.client.workflow.getHandle(caseWorkflowId(caseId));
    await handle.terminate('lost');
    await takenUp(here, caseId);
    const responseWorkflowId = `response/${caseId}/1`;
    await here.until(caseId, (summary) => summary.responseWorkflowId === responseWorkflowId);
    const rejection = await here.decision({ caseId, planDigest, verdict: 'reject', actions: [] });
    expect(await handle.query(summary)).toMatchObject({ state: { status: 'needs-a-person', why: 'key-may-be-live' } });
    await handle.executeUpdate(replan, { args: [{ requestedBy: 'alice' }] });
    expect(await handle.executeUpdate(decide, { args: [rejection] })).toMatchObject({ kind: 'refused' });
    expect(await handle.query(summary)).toMatchObject({ planDigest, responseWorkflowId });
    gone = true;
    await here.until(caseId, ({ state }) => state.status === 'watching');
  });

  test('while it watches: it looks anew, and does not close unwatched', async () => {
    const { here, caseId } = await lostIn('watching');
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status !== 'watching' && state.status !== 'gathering');
    expect(after.state.status).not.toBe('closed');
  });

  test('while it needs a person: it says why, as before', async () => {
    const { here, caseId } = await lostIn('needs-a-person', { respond: () => 'fail' });
    await takenUp(here, caseId);
    const after = await here.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(after.state).toEqual({ status: 'needs-a-person', why: 'response-failed' });
  });

  test('and one that has closed meanwhile stays closed', async () => {
    const { here, caseId } = await lostIn('awaiting-decision');
    await here.store.db
      .updateTable('cases')
      .set({ status: 'closed', verdict: 'rejected', closed_at: new Date().toISOString() as Instant })
      .where('id', '=', caseId)
      .execute();
    await ringsOf(here.client).takeUpCase(caseId);
    const result = await here.client.workflow.getHandle(caseWorkflowId(caseId)).result();
    expect(result).toEqual({ caseId, verdict: 'rejected' });
  });
});
