import type { Client, WorkflowClient } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import type proto from '@temporalio/proto';
import type { HistoryEvent } from '../../audit/history-event.ts';
import { fieldsOf } from '../../audit/untrusted-fields.ts';
import { caseWorkflowId, undoWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import { compareInstants, instantOfMs } from '../../model/instant.ts';
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
 * The decoded histories of a case: all executions of its workflow, of every undoing of it, and of the responses and follow-ups that they
 * began, with all runs of each. `null` where Temporal knows nothing of it (any more).
 *
 * @throws PayloadDecryptionError where the key ring at hand lacks a key.
 */
export async function readCaseHistory(client: Client, caseId: CaseId): Promise<CaseHistory | null> {
  const own = await readExecutions(client, caseWorkflowId(caseId));
  if (own === null) return null;
  const undoings = await readExecutions(client, undoWorkflowId(caseId));
  const events = [...own.events, ...(undoings?.events ?? [])];
  let lostRuns = own.lostRuns + (undoings?.lostRuns ?? 0) + (wentBefore(own.events) ? 1 : 0);
  const read = new Set<string>();
  for (const event of events) {
    if (event.kind !== 'child-started' || read.has(event.childWorkflowId)) continue;
    read.add(event.childWorkflowId);
    const child = await readExecutions(client, event.childWorkflowId);
    events.push(...(child?.events ?? []));
    lostRuns += child?.lostRuns ?? 1;
  }
  return { events, lostRuns };
}

/** The oldest execution that is left took the case up from the store: what went before it is in no history. */
function wentBefore(events: readonly HistoryEvent[]): boolean {
  const first = events.find((event) => event.kind === 'workflow-started');
  const [input] = first?.kind === 'workflow-started' ? first.input : [];
  const { takenUp, resumed } = fieldsOf(input);
  return takenUp === true && resumed === undefined;
}

/** An ID can have been used more than once: its latest execution alone would hide the others. */
async function readExecutions(client: Client, workflowId: string): Promise<CaseHistory | null> {
  const decode = decoderOf(client.workflow, workflowId);
  const runs = new Map<string, readonly HistoryEvent[] | null>();
  for (const start of await runsOf(client, workflowId)) {
    let runId: string | undefined = start;
    while (runId === undefined || (runId !== '' && !runs.has(runId))) {
      const raw = await fetchRun(client, workflowId, runId);
      const started = raw?.[0]?.workflowExecutionStartedEventAttributes;
      const id = runId ?? started?.originalExecutionRunId;
      if (typeof id !== 'string' || runs.has(id)) break;
      runs.set(id, raw === null ? null : await decodeRun(workflowId, raw, decode));
      runId = started?.continuedExecutionRunId ?? '';
    }
  }
  const kept = [...runs.values()].filter((run) => run !== null);
  if (kept.length === 0) return null;
  const inOrder = kept.toSorted((a, b) => compareInstants(a[0]?.at ?? '', b[0]?.at ?? ''));
  return { events: inOrder.flat(), lostRuns: runs.size - kept.length };
}

/** Runs as Temporal lists them, and its latest one, which may not be listed yet. */
async function runsOf(client: Client, workflowId: string): Promise<readonly (string | undefined)[]> {
  const listed: string[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) listed.push(runId);
  return [undefined, ...listed];
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
  function earlier(id: unknown): RawEvent | undefined {
    return byId.get(Number(id));
  }
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
  const begun = event.activityTaskScheduledEventAttributes;
  if (begun) {
    const name = begun.activityType?.name ?? '';
    return { kind: 'activity-scheduled', name, input: await decode(begun.input, begun.activityId) };
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
  return instantOfMs(ms);
}
