import { proxyActivities } from '@temporalio/workflow';
import type { createRespondActivities } from '../activities/respond.ts';
import { taskQueues } from '../src/messages/task-queues.ts';

type RespondActivities = ReturnType<typeof createRespondActivities>;

/** Heartbeats come every second: so many may stay out, on a busy machine, before a worker is taken for dead. */
const shared = {
  taskQueue: taskQueues.respond,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
} as const;

/**
 * Steps that may be repeated: the journal keeps what was done. AWS shows a change within minutes, so that "not yet" and
 * throttling are tried again for half an hour; what cannot succeed says so and is not retried.
 */
export const repeatable = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'takes a step that may be repeated',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** CreateAccessKey makes another key at each call: one attempt, and whatever goes wrong is settled before the next round. */
export const onceOnly = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'takes a step that is taken once',
  retry: { maximumAttempts: 1 },
});

/**
 * Beginning, and looking at the end: repeatable, and given up by nobody. How long AWS is waited for is bounded within the activity.
 */
export const persistent = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'begins the response, or looks at the end of an action in AWS',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/**
 * A look at what a lost answer left behind: repeatable. Where it fails so often for a reason that it does not tell itself, a person is
 * told; the workflow goes on looking, for what is unsettled may be a live key without an owner.
 */
export const settling = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'looks for what a lost answer left behind',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  scheduleToCloseTimeout: '1 hour',
});

/** Audit records, by the worker that makes the changes. Retried without end and soon: what happened is written down before the next step. */
export const auditing = proxyActivities<RespondActivities>({
  taskQueue: taskQueues.respond,
  startToCloseTimeout: '30 seconds',
  summary: 'writes down what happened',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
});
