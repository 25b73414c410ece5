import { continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { createDetectActivities } from '../activities/detect.ts';
import { published } from '../src/messages/collect-messages.ts';
import { taskQueues } from '../src/messages/task-queues.ts';
import { condition, conditionWithin } from './waiting.ts';

const { detectPublished } = proxyActivities<ReturnType<typeof createDetectActivities>>({
  summary: 'judges the next published events by all rules',
  taskQueue: taskQueues.orchestrate,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds', // so long does a worker's death hold detection up
  // For ever: nothing else would take these events, and a repetition finds the cursor where the last commit left it.
  retry: { initialInterval: '200ms', maximumInterval: '30 seconds' },
});

/** Judges published events, batch by batch, for ever; between batches it waits for its doorbell. */
export async function detect(): Promise<void> {
  let rung = false;
  setHandler(published, () => {
    rung = true;
  });
  while (!workflowInfo().continueAsNewSuggested) {
    rung = false;
    const { more, againAfterMs } = await detectPublished();
    if (more) continue;
    if (againAfterMs === null) await condition(() => rung);
    else await conditionWithin(() => rung, againAfterMs, 'until what is held back is judged');
  }
  // A ring that comes now is not lost: the next run begins by looking.
  await continueAsNew<typeof detect>();
}
