import { proxyActivities } from '@temporalio/workflow';
import type { createCollectActivities } from '../activities/collect.ts';
import type { createDetectActivities } from '../activities/detect.ts';
import { taskQueues } from '../src/messages/task-queues.ts';

const { ringAgain } = proxyActivities<ReturnType<typeof createDetectActivities>>({
  taskQueue: taskQueues.orchestrate,
  startToCloseTimeout: '1 minute',
  // A few attempts only: the schedule comes again soon.
  retry: { maximumAttempts: 3 },
});

const { watchCollection } = proxyActivities<ReturnType<typeof createCollectActivities>>({
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '1 minute',
  // As above.
  retry: { maximumAttempts: 3 },
});

/**
 * Rings again whatever waits in the store: events that nobody has judged, alerts that no case has claimed. And looks after
 * the collection itself: a gap is raised, and never closes silently.
 */
export async function reconcile(): Promise<void> {
  await ringAgain();
  await watchCollection();
}
