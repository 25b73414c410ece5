import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';

/** One poll of an account, as Temporal recorded it. */
export interface RecordedPoll {
  /** From the schedule's time to the start of the workflow, and to the start of the activity that reads, in milliseconds. */
  readonly workflowLateMs: number;
  readonly readLateMs: number;
  readonly events: number;
  readonly bytes: number;
  readonly failed: boolean;
}

/** The polls that began between two moments. */
export async function recordedPolls(client: Client, fromMs: number, toMs: number): Promise<readonly RecordedPoll[]> {
  const between = `StartTime >= "${new Date(fromMs).toISOString()}" AND StartTime <= "${new Date(toMs).toISOString()}"`;
  const polls: RecordedPoll[] = [];
  for await (const poll of client.workflow.list({ query: `WorkflowType = "pollAccount" AND ${between}` })) {
    const scheduledMs = scheduledMsOf(poll.workflowId);
    if (poll.closeTime === undefined) continue;
    const history = await client.workflow.getHandle(poll.workflowId, poll.runId).fetchHistory();
    const started = (history.events ?? []).find((event) => event.activityTaskStartedEventAttributes);
    const startedMs = started?.eventTime ? tsToMs(started.eventTime) : poll.closeTime.getTime();
    polls.push({
      workflowLateMs: poll.startTime.getTime() - scheduledMs,
      readLateMs: startedMs - scheduledMs,
      events: poll.historyLength,
      bytes: poll.historySize ?? 0,
      failed: poll.status.name !== 'COMPLETED',
    });
  }
  return polls;
}

/** A schedule appends its time to the workflow's ID. */
function scheduledMsOf(workflowId: string): number {
  return Date.parse(workflowId.slice(workflowId.indexOf('-') + 1));
}

/** History of all runs of a workflow, or of all workflows of a type, so far. */
export async function historySoFar(
  client: Client,
  query: string,
): Promise<{ readonly events: number; readonly bytes: number }> {
  let [events, bytes] = [0, 0];
  for await (const run of client.workflow.list({ query })) {
    const described = await client.workflow.getHandle(run.workflowId, run.runId).describe();
    events += described.historyLength;
    bytes += described.historySize ?? 0;
  }
  return { events, bytes };
}
