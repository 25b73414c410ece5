import { createHash } from 'node:crypto';
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
  type ScheduleSummary,
} from '@temporalio/client';
import { taskQueues } from '../../messages/task-queues.ts';
import {
  accountOfPollSchedule,
  pollScheduleId,
  pollWorkflowId,
  reconcileScheduleId,
} from '../../messages/workflow-ids.ts';
import type { AccountId } from '../../model/ids.ts';

/** How long after a server's stop missed times are still made up for: once, for a poll reads from the ledger to now. */
const catchupWindow = '1 day';

/** How an account is to be polled. */
export interface PollSchedule {
  readonly accountId: AccountId;
  readonly intervalMs: number;
  readonly paused: boolean;
}

/**
 * Makes or updates the schedule by which an account is polled. Each account has its own fixed place within the interval:
 * two hundred schedules on one instant start up to 17 s late (measured), spread ones at once.
 */
export async function ensurePollSchedule(client: Client, poll: PollSchedule): Promise<'created' | 'updated'> {
  return ensureSchedule(client, scheduleOf(poll));
}

/**
 * Brings the poll schedules in line with the accounts that are to be polled: makes what is missing, changes what differs, leaves
 * alone what is right, and ends those of accounts that nobody watches any more.
 *
 * @returns the accounts that had none, those whose schedule was changed, and those whose schedule was ended.
 */
export async function syncPollSchedules(
  client: Client,
  wanted: readonly PollSchedule[],
): Promise<Readonly<Record<'created' | 'updated' | 'ended', readonly AccountId[]>>> {
  const present = await presentPolls(client);
  const done: Record<'created' | 'updated' | 'ended', AccountId[]> = { created: [], updated: [], ended: [] };
  for (const poll of wanted) {
    const { state } = scheduleOf(poll);
    const known = present.get(poll.accountId);
    if (known !== undefined && known.note === state.note && known.paused === state.paused) continue;
    done[await ensurePollSchedule(client, poll)].push(poll.accountId);
  }
  for (const accountId of present.keys()) {
    if (wanted.some((poll) => poll.accountId === accountId)) continue;
    await removePollSchedule(client, accountId);
    done.ended.push(accountId);
  }
  return done;
}

/** The list lags behind by a moment, so that what it lacks may be there, and what it has may be gone: both are taken well. */
async function presentPolls(client: Client): Promise<ReadonlyMap<AccountId, ScheduleSummary['state']>> {
  const present = new Map<AccountId, ScheduleSummary['state']>();
  for await (const { scheduleId, state } of client.schedule.list()) {
    const accountId = accountOfPollSchedule(scheduleId);
    if (accountId !== null) present.set(accountId, state);
  }
  return present;
}

function scheduleOf({ accountId, intervalMs, paused }: PollSchedule): StartScheduleOptions {
  const schedule: ScheduleOptions = {
    scheduleId: pollScheduleId(accountId),
    spec: { intervals: [{ every: intervalMs, offset: offsetOf(accountId, intervalMs) }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'pollAccount',
      workflowId: pollWorkflowId(accountId),
      taskQueue: taskQueues.orchestrate,
      args: [{ accountId }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
  };
  // A list shows the note, and not all of a schedule: by its digest, one that need not be changed is known.
  const digest = createHash('sha256').update(JSON.stringify(schedule)).digest('hex').slice(0, 16);
  return { ...schedule, state: { paused, note: `kept by Trailhound (${digest})` } };
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

type StartScheduleOptions = ScheduleOptions & { readonly state: { readonly paused: boolean; readonly note?: string } };

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
