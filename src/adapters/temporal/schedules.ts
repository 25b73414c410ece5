import { createHash } from 'node:crypto';
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
} from '@temporalio/client';
import { taskQueues } from '../../messages/task-queues.ts';
import { pollScheduleId, pollWorkflowId, reconcileScheduleId } from '../../messages/workflow-ids.ts';
import type { AccountId } from '../../model/ids.ts';

/** How long after a server's stop missed times are still made up for: once, for a poll reads from the ledger to now. */
const catchupWindow = '1 day';

/**
 * Makes or updates the schedule by which an account is polled. Each account has its own fixed place within the interval:
 * two hundred schedules on one instant start up to 17 s late (measured), spread ones at once.
 */
export async function ensurePollSchedule(
  client: Client,
  poll: { readonly accountId: AccountId; readonly intervalMs: number; readonly paused: boolean },
): Promise<'created' | 'updated'> {
  return ensureSchedule(client, {
    scheduleId: pollScheduleId(poll.accountId),
    spec: { intervals: [{ every: poll.intervalMs, offset: offsetOf(poll.accountId, poll.intervalMs) }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'pollAccount',
      workflowId: pollWorkflowId(poll.accountId),
      taskQueue: taskQueues.orchestrate,
      args: [{ accountId: poll.accountId }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
    state: { paused: poll.paused },
  });
}

/** Makes or updates the schedule of the reconciler. */
export async function ensureReconcileSchedule(client: Client, intervalMs: number): Promise<void> {
  await ensureSchedule(client, {
    scheduleId: reconcileScheduleId,
    spec: { intervals: [{ every: intervalMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconcile',
      workflowId: reconcileScheduleId,
      taskQueue: taskQueues.orchestrate,
      args: [],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
    state: { paused: false },
  });
}

/** Starts an account's poll now, beside its schedule; it is skipped where one runs. */
export async function pollNow(client: Client, accountId: AccountId): Promise<void> {
  await client.schedule.getHandle(pollScheduleId(accountId)).trigger(ScheduleOverlapPolicy.SKIP);
}

/** Removes an account's schedule; without one there is nothing to do. */
export async function removePollSchedule(client: Client, accountId: AccountId): Promise<void> {
  try {
    await client.schedule.getHandle(pollScheduleId(accountId)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

type StartScheduleOptions = ScheduleOptions & { readonly state: { readonly paused: boolean } };

async function ensureSchedule(client: Client, options: StartScheduleOptions): Promise<'created' | 'updated'> {
  try {
    await client.schedule.create(options);
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId, ...changed } = options;
    await client.schedule
      .getHandle(scheduleId)
      .update((before) => ({ ...before, ...changed, state: { ...before.state, ...changed.state } }));
    return 'updated';
  }
}

/** The account's own place within the interval, in whole milliseconds; the same at every start. */
export function offsetOf(accountId: AccountId, intervalMs: number): number {
  const hash = createHash('sha256').update(accountId).digest().readUInt32BE(0);
  return Math.floor((hash / 2 ** 32) * intervalMs);
}
