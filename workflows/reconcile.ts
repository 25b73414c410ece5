import { proxyActivities } from '@temporalio/workflow';
import type { createDetectActivities } from '../activities/detect.ts';
import { taskQueues } from '../src/messages/task-queues.ts';

const { ringAgain } = proxyActivities<ReturnType<typeof createDetectActivities>>({
  taskQueue: taskQueues.orchestrate,
  startToCloseTimeout: '1 minute',
  // A few attempts only: the schedule comes again soon.
  retry: { maximumAttempts: 3 },
});

/** Rings again whatever waits in the store: events that nobody has judged, alerts that no case has claimed. */
export async function reconcile(): Promise<void> {
  await ringAgain();
}
