import { proxyActivities } from '@temporalio/workflow';
import type { createCollectActivities } from '../activities/collect.ts';
import type { createDetectActivities } from '../activities/detect.ts';
import type { createUpkeepActivities } from '../activities/upkeep.ts';
import { taskQueues } from '../src/messages/task-queues.ts';

const { ringAgain } = proxyActivities<ReturnType<typeof createDetectActivities>>({
  summary: 'rings for what still waits',
  taskQueue: taskQueues.orchestrate,
  startToCloseTimeout: '1 minute',
  // A few attempts only: the schedule comes again soon.
  retry: { maximumAttempts: 3 },
});

const { tendRules } = proxyActivities<ReturnType<typeof createDetectActivities>>({
  summary: 'warms and thins what rules remember',
  taskQueue: taskQueues.orchestrate,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  // One attempt: what was learnt stays learnt, and the next reconciliation goes on.
  retry: { maximumAttempts: 1 },
});

const { watchCollection } = proxyActivities<ReturnType<typeof createCollectActivities>>({
  summary: 'looks for gaps and for reads that fall behind',
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '1 minute',
  // As above.
  retry: { maximumAttempts: 3 },
});

const { discoverRegions, pruneStore } = proxyActivities<ReturnType<typeof createUpkeepActivities>>({
  summary: 'does a chore of the day',
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  // One attempt: the next reconciliation finds what is still due.
  retry: { maximumAttempts: 1 },
});

/**
 * Rings again whatever waits in the store: events that nobody has judged, alerts that no case has claimed. And looks after
 * the collection itself: a gap is raised, and never closes silently. Rules that are new learn what came before them. About once a
 * day it looks for regions that were enabled, and prunes the store.
 */
export async function reconcile(): Promise<void> {
  await ringAgain();
  // What an earlier version's worker has answered says nothing of chores.
  const { choresDue = [] } = await watchCollection();
  if (choresDue.includes('discover-regions')) await discoverRegions();
  const prunes = choresDue.includes('prune');
  if (prunes || choresDue.includes('warm-rules')) await tendRules({ forget: prunes });
  if (prunes) await pruneStore();
}
