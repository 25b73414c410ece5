import { continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { createCollectActivities } from '../activities/collect.ts';
import {
  type BackfillInput,
  type BackfillProgress,
  backfillProgress,
  pauseBackfill,
  resumeBackfill,
} from '../src/messages/collect-messages.ts';
import { taskQueues } from '../src/messages/task-queues.ts';
import type { Window } from '../src/model/coverage.ts';
import type { Instant } from '../src/model/ids.ts';
import { trailInstantOfMs } from '../src/model/instant.ts';
import { condition, sleep } from './waiting.ts';

type CollectActivities = ReturnType<typeof createCollectActivities>;

/** Behind live polling wherever both wait for a worker. */
const priority = { priorityKey: 4 };

const { readSlice } = proxyActivities<CollectActivities>({
  summary: 'reads the next slice of the span',
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15 seconds',
  priority,
  // For ever: what was read is kept, and the next attempt goes on from there.
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

const { publishWindows } = proxyActivities<CollectActivities>({
  summary: 'makes completely read windows visible to detection',
  taskQueue: taskQueues.collect,
  startToCloseTimeout: '1 minute',
  priority,
  // One transaction, that may be repeated.
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

const sliceWithinMs = 20_000;
const lookAgainMs = 30_000;

/**
 * Reads a span of the past, slice by slice from its beginning, so that detection sees its events in the order of their time.
 * It goes on after restarts, and is cancelled like any workflow; what it has read stays.
 */
export async function backfill(input: BackfillInput): Promise<BackfillProgress> {
  let progress: BackfillProgress = { window: input.window, trouble: null, ...(input.resumed ?? begun) };
  setHandler(backfillProgress, () => progress);
  setHandler(pauseBackfill, () => (progress = { ...progress, paused: true }));
  setHandler(resumeBackfill, () => (progress = { ...progress, paused: false }));

  while (progress.readTo !== input.window.to) {
    await condition(() => !progress.paused);
    const window = restOf(input.window, progress.readTo);
    const { accountId, regions } = input;
    const { readTo, trouble } = await readSlice({ accountId, regions, window, withinMs: sliceWithinMs });
    const { events } = await publishWindows({ accountId });
    progress = { ...progress, trouble, readTo: readTo ?? progress.readTo, events: progress.events + events };
    if (trouble !== null) await sleep(lookAgainMs, 'until a failed slice is tried again');
    if (workflowInfo().continueAsNewSuggested) {
      const { readTo: done, events: count, paused } = progress;
      await continueAsNew<typeof backfill>({ ...input, resumed: { readTo: done, events: count, paused } });
    }
  }
  return progress;
}

const begun = { readTo: null, events: 0, paused: false };

function restOf(window: Window, readTo: Instant | null): Window {
  return readTo === null ? window : { from: secondAfter(readTo), to: window.to };
}

function secondAfter(instant: Instant): Instant {
  return trailInstantOfMs(Date.parse(instant) + 1000);
}
