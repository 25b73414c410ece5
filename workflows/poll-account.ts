import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { createCollectActivities } from '../activities/collect.ts';
import { pollProgress, type PollAccountInput } from '../src/messages/collect-messages.ts';
import { taskQueues } from '../src/messages/task-queues.ts';

type CollectActivities = ReturnType<typeof createCollectActivities>;

/** A slow or failing region is not waited for longer than this; it goes on in the next poll. */
const regionsWithinMs = 20_000;

const { readDueWindows } = proxyActivities<CollectActivities>({
  summary: 'reads what is due of all regions',
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15 seconds', // so long does a worker's death hold the account's polls up
  // Two attempts: what is still due is due again at the next poll, which comes soon; the second bridges a worker's restart.
  retry: { maximumAttempts: 2 },
});

const { publishWindows } = proxyActivities<CollectActivities>({
  summary: 'makes completely read windows visible to detection',
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '1 minute',
  // It is one transaction and may be repeated; the next poll would publish too, so it does not go on for ever.
  retry: { initialInterval: '200ms', maximumInterval: '5 seconds', maximumAttempts: 5 },
});

/** One poll of an account: read what is due in all its regions, then publish what was read completely. */
export async function pollAccount({ accountId }: PollAccountInput): Promise<void> {
  let progress = { regionsDone: 0, regionsTotal: 0 };
  setHandler(pollProgress, () => progress);
  const { regionsDone, regionsTotal } = await readDueWindows({ accountId, withinMs: regionsWithinMs });
  progress = { regionsDone, regionsTotal };
  await publishWindows({ accountId });
}
