import type { Client, WorkflowClient } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import type proto from '@temporalio/proto';
import type { HistoryEvent } from '../../audit/history-event.ts';
import { caseWorkflowId, undoWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { refusedPayload } from '../../messages/refused-payload.ts';
import { PayloadRefusedError } from './codec.ts';
import { grpcCode } from './namespaces.ts';

/** `fetchHistory` lets gRPC's own error through, where other calls have a class for it. */
const grpcNotFound = 5;

type RawEvent = proto.temporal.api.history.v1.IHistoryEvent;
type RawPayloads = proto.temporal.api.common.v1.IPayloads | null | undefined;
type Timestamp = proto.google.protobuf.ITimestamp | null | undefined;

/** What Temporal still has of a case. */
export interface CaseHistory {
  readonly events: readonly HistoryEvent[];
  /** Runs that are past their retention; the audit records in the store tell of them. */
  readonly lostRuns: number;
}

/**
 * The decoded histories of a case: all runs of its workflow, of every undoing of it, and of the responses that they began, oldest first. `null` where
 * Temporal knows nothing of it (any more).
 *
 * @throws PayloadDecryptionError where the key ring at hand lacks a key.
 */
export async function readCaseHistory(client: Client, caseId: CaseId): Promise<CaseHistory | null> {
  const own = await readRuns(client, caseWorkflowId(caseId));
  if (own === null) return null;
  const events = [...own.events, ...(await readUndoings(client, caseId))];
  const children = events.flatMap((event) => (event.kind === 'child-started' ? [event.childWorkflowId] : []));
  const responses: HistoryEvent[] = [];
  let lostRuns = own.lostRuns;
  for (const child of new Set(children)) {
    const read = await readRuns(client, child);
    responses.push(...(read?.events ?? []));
    lostRuns += read?.lostRuns ?? 1;
  }
  return { events: [...events, ...responses], lostRuns };
}

/** A case can be undone more than once, each time under the same workflow ID: its latest execution alone would hide the others. */
async function readUndoings(client: Client, caseId: CaseId): Promise<readonly HistoryEvent[]> {
  const workflowId = undoWorkflowId(caseId);
  const known: { readonly runId: string; readonly startTime: Date }[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) known.push(run);
  // What began this moment may not be listed yet.
  const latest = await readRuns(client, workflowId);
  const events: HistoryEvent[] = [];
  for (const { runId } of known.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime())) {
    events.push(...((await readRuns(client, workflowId, runId))?.events ?? []));
  }
  const told = new Set(events.map((event) => JSON.stringify(event)));
  return [...events, ...(latest?.events ?? []).filter((event) => !told.has(JSON.stringify(event)))];
}

async function readRuns(client: Client, workflowId: string, lastRunId?: string): Promise<CaseHistory | null> {
  const runs: HistoryEvent[][] = [];
  const decode = decoderOf(client.workflow, workflowId);
  let runId = lastRunId;
  do {
    const raw = await fetchRun(client, workflowId, runId);
    if (raw === null) return runs.length === 0 ? null : { events: runs.toReversed().flat(), lostRuns: 1 };
    runs.push(await decodeRun(workflowId, raw, decode));
    runId = raw[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
  } while (runId !== '');
  return { events: runs.toReversed().flat(), lostRuns: 0 };
}

async function fetchRun(client: Client, workflowId: string, runId: string | undefined): Promise<RawEvent[] | null> {
  try {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (grpcCode(error) === grpcNotFound) return null;
    throw error;
  }
}

/** @param activityId of the activity that the payloads belong to, where they are not the workflow's own. */
type Decode = (payloads: RawPayloads, activityId?: string | null) => Promise<readonly unknown[]>;

function decoderOf(client: WorkflowClient, workflowId: string): Decode {
  const { loadedDataConverter, namespace } = client.options;
  return async (payloads, activityId) => {
    const place = { namespace, workflowId } as const;
    const context: SerializationContext =
      typeof activityId === 'string'
        ? { type: 'activity', ...place, activityId, isLocal: false }
        : { type: 'workflow', ...place };
    let plain = (payloads?.payloads ?? []) as Payload[]; // the client's own type for the same message
    try {
      for (const codec of loadedDataConverter.payloadCodecs.toReversed()) plain = await codec.decode(plain, context);
    } catch (error) {
      // A stranger's payload was refused when it came in, and stands in the history all the same.
      if (error instanceof PayloadRefusedError) return [refusedPayload(error.message)];
      throw error;
    }
    return plain.map((payload) => defaultPayloadConverter.fromPayload(payload));
  };
}

/** Completions name the event that scheduled or accepted what they complete; those are kept to be looked up. */
async function decodeRun(workflowId: string, raw: readonly RawEvent[], decode: Decode): Promise<HistoryEvent[]> {
  const byId = new Map(raw.map((event) => [Number(event.eventId), event]));
  const earlier = (id: unknown): RawEvent | undefined => byId.get(Number(id));
  const events: HistoryEvent[] = [];
  for (const event of raw) {
    const decoded = await decodeEvent(event, earlier, decode);
    if (decoded !== null) events.push({ ...decoded, at: instantOf(event.eventTime), workflowId });
  }
  return events;
}

/** `Omit` over each member of a union by itself. */
type Bare<T> = T extends unknown ? Omit<T, 'at' | 'workflowId'> : never;

async function decodeEvent(
  event: RawEvent,
  earlier: (id: unknown) => RawEvent | undefined,
  decode: Decode,
): Promise<Bare<HistoryEvent> | null> {
  const started = event.workflowExecutionStartedEventAttributes;
  if (started) {
    const type = started.workflowType?.name ?? '';
    return { kind: 'workflow-started', type, input: await decode(started.input) };
  }
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const scheduled = earlier(completed.scheduledEventId)?.activityTaskScheduledEventAttributes;
    const ofActivity: Decode = (payloads) => decode(payloads, scheduled?.activityId);
    const [result] = await ofActivity(completed.result);
    const name = scheduled?.activityType?.name ?? '';
    return { kind: 'activity-completed', name, input: await ofActivity(scheduled?.input), result };
  }
  const failed = event.activityTaskFailedEventAttributes;
  if (failed) {
    const scheduled = earlier(failed.scheduledEventId)?.activityTaskScheduledEventAttributes;
    const name = scheduled?.activityType?.name ?? '';
    const ofActivity: Decode = (payloads) => decode(payloads, scheduled?.activityId);
    return {
      kind: 'activity-failed',
      name,
      input: await ofActivity(scheduled?.input),
      failure: await messageOf(failed.failure, ofActivity),
    };
  }
  const answered = event.workflowExecutionUpdateCompletedEventAttributes;
  if (answered) {
    const accepted = earlier(answered.acceptedEventId);
    const request = accepted?.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    const [outcome] = await decode(answered.outcome?.success);
    return {
      kind: 'update-answered',
      name: request?.input?.name ?? '',
      input: await decode(request?.input?.args),
      takenAt: instantOf(accepted?.eventTime),
      outcome: outcome ?? null,
    };
  }
  const signalled = event.workflowExecutionSignaledEventAttributes;
  if (signalled) return { kind: 'signalled', name: signalled.signalName ?? '' };
  const child = event.childWorkflowExecutionStartedEventAttributes;
  if (child) {
    const childWorkflowId = child.workflowExecution?.workflowId ?? '';
    return { kind: 'child-started', type: child.workflowType?.name ?? '', childWorkflowId };
  }
  return endOf(event);
}

function endOf(event: RawEvent): Bare<HistoryEvent> | null {
  if (event.workflowExecutionContinuedAsNewEventAttributes) return { kind: 'continued-as-new' };
  if (event.workflowExecutionCompletedEventAttributes) return { kind: 'workflow-ended', how: 'completed' };
  if (event.workflowExecutionFailedEventAttributes) return { kind: 'workflow-ended', how: 'failed' };
  if (event.workflowExecutionCanceledEventAttributes) return { kind: 'workflow-ended', how: 'cancelled' };
  if (event.workflowExecutionTerminatedEventAttributes) return { kind: 'workflow-ended', how: 'terminated' };
  if (event.workflowExecutionTimedOutEventAttributes) return { kind: 'workflow-ended', how: 'timed-out' };
  return null;
}

/** Failure messages are kept within an encrypted payload; see `src/messages/failure-converter.ts`. */
async function messageOf(
  failure: proto.temporal.api.failure.v1.IFailure | null | undefined,
  decode: Decode,
): Promise<string> {
  if (failure?.encodedAttributes) {
    const [attributes] = await decode({ payloads: [failure.encodedAttributes] });
    const message = (attributes as { readonly message?: unknown } | null | undefined)?.message;
    if (typeof message === 'string') return message;
  }
  return failure?.message ?? 'unknown';
}

function instantOf(time: Timestamp): Instant {
  const ms = Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
  return new Date(ms).toISOString() as Instant;
}
