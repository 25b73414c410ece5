import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  type BackfillInput,
  type BackfillProgress,
  backfillProgress,
  pauseBackfill,
  resumeBackfill,
} from '../../messages/collect-messages.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import { backfillWorkflowId } from '../../messages/workflow-ids.ts';
import type { BackfillChange, BackfillRequest } from '../../commands/backfills.ts';
import type { Instant } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** A backfill cannot be started, or is not there. */
export class BackfillError extends TrailhoundError {
  override readonly name = 'BackfillError';
  override readonly code = 'backfill';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

/** A backfill and where it stands; the progress is null once its workflow has ended otherwise than well. */
export interface BackfillView {
  readonly id: string;
  readonly status: string;
  readonly progress: BackfillProgress | null;
}

/** CloudTrail keeps events for LookupEvents so long (its user guide). */
const keptMs = 90 * 86_400_000;

/** Starts a backfill; the same one twice is one. Returns its ID. */
export async function startBackfillWorkflow(client: Client, request: BackfillRequest): Promise<string> {
  const now = Date.now();
  if (Date.parse(request.to) > now)
    throw new BackfillError(`${request.to} lies ahead`, 'give an end that is past: --to 1h');
  if (Date.parse(request.to) < Date.parse(request.from)) {
    throw new BackfillError(`${request.to} is before ${request.from}`, 'give a --from that is before --to');
  }
  if (Date.parse(request.from) < now - keptMs) {
    throw new BackfillError(
      `CloudTrail no longer shows what happened at ${request.from}`,
      'it keeps 90 days: --from 90d; `trailhound import` reads older recordings',
    );
  }
  const { accountId, regions } = request;
  const window = { from: wholeSecond(request.from), to: wholeSecond(request.to) };
  const input: BackfillInput = { accountId, regions, window };
  const workflowId = backfillWorkflowId(accountId, window.from, window.to);
  try {
    await client.workflow.start('backfill', { workflowId, taskQueue: taskQueues.orchestrate, args: [input] });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflowId;
}

/** The windows of CloudTrail are whole seconds. */
function wholeSecond(instant: Instant): Instant {
  return new Date(Math.floor(Date.parse(instant) / 1000) * 1000).toISOString().replace('.000Z', 'Z') as Instant;
}

/** All backfills that Temporal still knows, the latest first. */
export async function listBackfills(client: Client): Promise<readonly BackfillView[]> {
  const views: BackfillView[] = [];
  for await (const { workflowId } of client.workflow.list({ query: "WorkflowType = 'backfill'" })) {
    if (!views.some((view) => view.id === workflowId)) views.push(await showBackfill(client, workflowId));
  }
  return views;
}

export async function showBackfill(client: Client, id: string): Promise<BackfillView> {
  return withHandle(client, id, async (handle) => {
    const { status } = await handle.describe();
    const running = status.name === 'RUNNING' || status.name === 'COMPLETED';
    return { id, status: status.name.toLowerCase(), progress: running ? await handle.query(backfillProgress) : null };
  });
}

export async function changeBackfillWorkflow(client: Client, id: string, change: BackfillChange): Promise<void> {
  await withHandle(client, id, async (handle) => {
    if (change === 'cancel') await handle.cancel();
    else await handle.executeUpdate(change === 'pause' ? pauseBackfill : resumeBackfill);
  });
}

async function withHandle<T>(
  client: Client,
  id: string,
  work: (handle: ReturnType<Client['workflow']['getHandle']>) => Promise<T>,
): Promise<T> {
  try {
    return await work(client.workflow.getHandle(id));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new BackfillError(`no backfill ${id} is running`, '`trailhound backfill list` shows those that are');
  }
}
