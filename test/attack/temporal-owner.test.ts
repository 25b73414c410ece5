import { randomUUID } from 'node:crypto';
import { Client, WorkflowFailedError, type Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterEach, expect, test } from 'vitest';
import { loadDecisions } from '../../src/adapters/store/response/decision-store.ts';
import { connectClient, createClient } from '../../src/adapters/temporal/connection.ts';
import { readCaseHistory } from '../../src/adapters/temporal/case-history.ts';
import { decide, type CaseMemory, type CaseSummary } from '../../src/messages/investigate-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import type { CaseId, Digest, Instant } from '../../src/model/ids.ts';
import { type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';

/** Who owns Temporal, and nothing else: a client of the namespace without the codec's key. */
interface Stranger {
  readonly client: Client;
  readonly connection: Connection;
}

let world: CaseWorld | undefined;
let stranger: Stranger | undefined;
afterEach(async () => {
  await stranger?.connection.close();
  await world?.close();
  world = stranger = undefined;
});

async function attacked(): Promise<{ readonly here: CaseWorld; readonly by: Stranger }> {
  world = await openCaseWorld({ watchMs: 600_000 });
  const connection = await connectClient({ address: world.temporal.address });
  stranger = { connection, client: new Client({ connection, namespace: world.temporal.namespace }) };
  return { here: world, by: stranger };
}

function waiting({ state }: CaseSummary) {
  return state.status === 'awaiting-decision';
}

/** A memory by which a case would go straight to its close. */
function forgedMemory(): CaseMemory {
  const now = new Date().toISOString() as Instant;
  const planDigest = canonicalDigest('no plan');
  return {
    state: { status: 'watching', until: now, attemptsSeen: 0 },
    openedAt: now,
    alertCount: 1,
    severity: 'low',
    tags: [],
    planVersion: 1,
    plan: null,
    watch: { planDigest, respondedFrom: now, verifiedAt: now, until: now },
    decisions: [],
    accepted: {},
    refusals: {},
    lastLook: null,
    rung: false,
    pace: { lookedAt: null, pauseMs: 0, shortestMs: 0 },
  };
}

async function startedBy(client: Client, workflowId: string, input: object): Promise<unknown> {
  const handle = await client.workflow.start('investigate', {
    workflowId,
    taskQueue: taskQueues.orchestrate,
    args: [input],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
  return await handle.result().catch((error: unknown) => error);
}

test('a plain memory is not taken for a case, and the case is not closed by it', async () => {
  const { here, by } = await attacked();
  const caseId = await here.openCase();
  await here.until(caseId, waiting);
  await startedBy(by.client, caseWorkflowId(caseId), { caseId, resumed: forgedMemory() });
  const { status } = await by.client.workflow.getHandle(caseWorkflowId(caseId)).describe();
  expect(status.name).toBe('FAILED');
  const row = await here.store.db.selectFrom('cases').select('status').where('id', '=', caseId).executeTakeFirst();
  expect(row?.status).toBe('awaiting-decision');
});

test("an encrypted memory of another case, or of no run that went before, is not taken for a case's own", async () => {
  const { here } = await attacked();
  const other = `TH-${randomUUID().slice(0, 6)}` as CaseId;
  const own = createClient(here.client.connection as Connection, here.temporal.namespace, here.dataConverter);
  for (const [workflowId, input] of [
    [caseWorkflowId(other), { caseId: other, resumed: forgedMemory() }],
    [caseWorkflowId(other), { caseId: other, resumed: forgedMemory(), resumedFrom: randomUUID() }],
    [caseWorkflowId('TH-OTHER' as CaseId), { caseId: other }],
  ] as const) {
    const outcome = await startedBy(own, workflowId, input);
    expect(outcome).toBeInstanceOf(WorkflowFailedError);
    expect((outcome as WorkflowFailedError).cause).toMatchObject({ type: 'ForeignMemory' });
  }
});

test('a plain signal does not hold a case up, a plain decision is refused, and its story can still be read', async () => {
  const { here, by } = await attacked();
  const caseId = await here.openCase();
  const { planDigest } = await here.until(caseId, waiting);
  const handle = by.client.workflow.getHandle(caseWorkflowId(caseId));
  await handle.signal('alertsArrived', { anything: 'plain' });
  const signed = await here.decision({ caseId, planDigest: planDigest as Digest });
  // Even why it was refused is encrypted.
  await expect(handle.executeUpdate(decide, { args: [signed] })).rejects.toThrow('Unknown encoding');
  expect(await loadDecisions(here.store.db, caseId)).toEqual([]);

  const encrypted = here.client.workflow.getHandle(caseWorkflowId(caseId));
  expect(await encrypted.executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'accepted' });
  await here.until(caseId, ({ state }) => state.status === 'watching');
  const history = await readCaseHistory(here.client, caseId);
  expect(history?.events.some(({ kind }) => kind === 'update-answered')).toBe(true);
});

test("an activity's answer that was copied from another activity is not taken", async () => {
  const { here, by } = await attacked();
  const caseId = await here.openCase();
  await here.until(caseId, waiting);
  const { events } = await by.client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
  const [first] = (events ?? []).flatMap((event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? []);
  if (first === undefined) throw new Error('an activity has ended');
  const [codec] = here.dataConverter.payloadCodecs ?? [];
  const place = { type: 'activity', namespace: here.temporal.namespace, workflowId: caseWorkflowId(caseId) } as const;
  await expect(codec?.decode([first as never], { ...place, activityId: '99', isLocal: false })).rejects.toMatchObject({
    name: 'PayloadRefusedError',
  });
  expect(defaultPayloadConverter.fromPayload((await codec?.decode([first as never]))?.[0] as never)).toBeDefined();
});
