import { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type proto from '@temporalio/proto';
import { status } from '@grpc/grpc-js';
import { connectClient } from '../../src/adapters/temporal/connection.ts';
import { grpcCode } from '../../src/adapters/temporal/namespaces.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId } from '../../src/model/ids.ts';

/** What lies between an alert and the plan that is to be decided on, in its order. */
export const planStages = ['detected', 'rung', 'taken', 'looked', 'handed over', 'presented'] as const;

/** Milliseconds, by stage. */
export type PlanStages = Readonly<Record<(typeof planStages)[number], number>>;

type Event = proto.temporal.api.history.v1.IHistoryEvent;

/**
 * Splits the time of cases by what Temporal has of each: until the batch that detects had opened its cases and the first of them was rung, until
 * this one was, until its workflow's first task was taken, until that had made a plan of what the store has, until the activity that presents
 * it was begun, and until it was done.
 *
 * A case whose plan is not presented yet is left out.
 *
 * @param raisedMs when each case's alert was raised, in Unix time.
 */
export async function readPlanStages(
  from: { readonly address: string; readonly namespace: string },
  raisedMs: ReadonlyMap<CaseId, number>,
): Promise<readonly PlanStages[]> {
  const connection = await connectClient({ address: from.address });
  try {
    const client = new Client({ connection, namespace: from.namespace });
    const moments = new Map<CaseId, Moments>();
    for (const caseId of raisedMs.keys()) {
      const found = momentsOf(await historyOf(client, caseId));
      if (found !== null) moments.set(caseId, found);
    }
    return [...moments].map(([caseId, each]) => stagesOf(each, caseId, raisedMs, moments));
  } finally {
    await connection.close();
  }
}

/** Of a case that was never rung, where the bench was cut short, there is none. */
async function historyOf(client: Client, caseId: CaseId): Promise<readonly Event[]> {
  try {
    return (await client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory()).events ?? [];
  } catch (error) {
    if (grpcCode(error) === status.NOT_FOUND) return [];
    throw error;
  }
}

/** Of one case, in Unix time. */
interface Moments {
  readonly rung: number;
  readonly taken: number;
  readonly looked: number;
  readonly begun: number;
  readonly done: number;
}

function momentsOf(events: readonly Event[]): Moments | null {
  const scheduled = events.find((event) => activityOf(event) === 'presentPlan');
  const id = Number(scheduled?.eventId);
  const begun = events.find((event) => Number(event.activityTaskStartedEventAttributes?.scheduledEventId) === id);
  const done = events.find((event) => Number(event.activityTaskCompletedEventAttributes?.scheduledEventId) === id);
  const taken = events.find((event) => event.workflowTaskStartedEventAttributes);
  if (scheduled === undefined || begun === undefined || done === undefined || taken === undefined) return null;
  return { rung: at(events[0]), taken: at(taken), looked: at(scheduled), begun: at(begun), done: at(done) };
}

function stagesOf(
  { rung, taken, looked, begun, done }: Moments,
  caseId: CaseId,
  raisedMs: ReadonlyMap<CaseId, number>,
  all: ReadonlyMap<CaseId, Moments>,
): PlanStages {
  const raised = raisedMs.get(caseId) ?? Number.NaN;
  const ofBatch = [...all].filter(([other]) => raisedMs.get(other) === raised).map(([, each]) => each.rung);
  const opened = Math.min(...ofBatch);
  return {
    detected: opened - raised,
    rung: rung - opened,
    taken: taken - rung,
    looked: looked - taken,
    'handed over': begun - looked,
    presented: done - begun,
  };
}

function activityOf(event: Event): string | undefined {
  return event.activityTaskScheduledEventAttributes?.activityType?.name ?? undefined;
}

function at(event: Event | undefined): number {
  return event?.eventTime ? tsToMs(event.eventTime) : Number.NaN;
}
