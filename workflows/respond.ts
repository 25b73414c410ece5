import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { createRespondActivities } from '../activities/respond.ts';
import {
  progress,
  type RespondedAction,
  type RespondInput,
  type RespondResult,
  stop,
} from '../src/messages/respond-messages.ts';
import { taskQueues } from '../src/messages/task-queues.ts';
import type { ActionRequest } from '../src/model/action-result.ts';
import type { NeedCode } from '../src/model/case-state.ts';
import type { StepOutline } from '../src/response/step-outline.ts';
import type { ActionOutline } from '../src/response/step-request.ts';

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
const repeatable = proxyActivities<RespondActivities>({
  ...shared,
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** CreateAccessKey makes another key at each call: one attempt, and whatever goes wrong is settled before the next. */
const onceOnly = proxyActivities<RespondActivities>({ ...shared, retry: { maximumAttempts: 1 } });

/**
 * Settling and book-keeping: repeatable, and given up by nobody, for what is unsettled may be a live key without an owner.
 * How long CloudTrail is waited for is bounded within the activity.
 */
const persistent = proxyActivities<RespondActivities>({
  ...shared,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** A step whose outcome had to be settled so often is given up: something fails that waiting does not mend. */
const maxRounds = 5;

interface Story {
  readonly ended: RespondedAction[];
  running: { readonly actionId: string; readonly step: string } | null;
  stopRequestedBy: string | null;
  /** Whether any step changed, or found changed, what it was to change. */
  stepsDone: number;
}

/**
 * Carries out the approved actions of one plan, each step by step. Every activity judges the signed decisions by itself: who can
 * start this workflow still cannot change AWS.
 */
export async function respond(input: RespondInput): Promise<RespondResult> {
  const story: Story = { ended: [], running: null, stopRequestedBy: null, stepsDone: 0 };
  setHandler(progress, () => ({
    actions: story.ended,
    running: story.running,
    stopRequestedBy: story.stopRequestedBy,
  }));
  setHandler(stop, ({ requestedBy }) => {
    story.stopRequestedBy ??= requestedBy;
    return { stopping: true };
  });
  treatCancellationAsStop(story);

  // A cancellation must not leave a step half-way: it ends the response between two steps, as `stop` does.
  await CancellationScope.nonCancellable(() => carryOutAll(input, story));
  return { planDigest: input.planDigest, actions: story.ended, ended: howItEnded(story) };
}

async function carryOutAll(input: RespondInput, story: Story): Promise<void> {
  let outlines: readonly ActionOutline[];
  try {
    outlines = await persistent.beginResponse(input);
  } catch (error) {
    const { detail } = reading(error);
    const refused = (actionId: string) => ({ actionId, type: null, outcome: 'refused', detail }) as const;
    story.ended.push(...input.actionIds.map(refused));
    return;
  }
  for (const outline of outlines) {
    story.ended.push(await carryOut(outline, input, story));
    story.running = null;
  }
}

async function carryOut(outline: ActionOutline, input: RespondInput, story: Story): Promise<RespondedAction> {
  const { actionId, type, intentId } = outline;
  if (story.stopRequestedBy !== null) return { actionId, type, outcome: 'stopped', detail: stoppedBy(story) };
  const missing = outline.dependsOn.find((id) => !endedWell(story, id));
  if (missing !== undefined) {
    return { actionId, type, outcome: 'skipped', detail: `Not begun: it needs ${missing}, which did not end well.` };
  }
  const { caseId, planDigest, decisions } = input;
  const request: ActionRequest = { caseId, planDigest, actionId, intentId, decisions };
  const ended = await takeSteps(outline, request, story);
  if (ended.outcome !== 'refused' && ended.outcome !== 'skipped') {
    const { outcome, detail } = ended;
    await persistent.endAction({ ...request, outcome, detail });
  }
  return ended;
}

async function takeSteps(outline: ActionOutline, request: ActionRequest, story: Story): Promise<RespondedAction> {
  const { actionId, type, steps } = outline;
  const details: string[] = [];
  let changed = false;
  for (const step of steps) {
    if (story.stopRequestedBy !== null) {
      return { actionId, type, outcome: 'stopped', detail: [...details, stoppedBy(story)].join(' ') };
    }
    story.running = { actionId, step: step.name };
    try {
      const result = await (step.onceOnly
        ? takeOnce(step, request)
        : repeatable.takeStep({ ...request, step: step.name }));
      story.stepsDone += 1;
      changed ||= result.outcome === 'done';
      details.push(result.detail);
    } catch (error) {
      const { detail, ...read } = reading(error);
      return { actionId, type, ...read, detail: [...details, detail].join(' ') };
    }
  }
  return { actionId, type, outcome: changed ? 'done' : 'already-so', detail: details.join(' ') };
}

/** Tries once; where that fails, finds out and tidies up what it left behind before it is tried again, or given up. */
async function takeOnce(step: StepOutline, request: ActionRequest) {
  const asked = { ...request, step: step.name };
  for (let round = 1; ; round += 1) {
    try {
      return await onceOnly.takeStep(asked);
    } catch (error) {
      if (reading(error).outcome === 'refused') throw error;
      await persistent.settleStep(asked);
      if (round === maxRounds || isFinal(error)) throw error;
    }
  }
}

/* Reading failures */

interface Reading {
  readonly outcome: 'refused' | 'failed' | 'unknown';
  readonly detail: string;
  readonly need?: NeedCode;
}

function reading(error: unknown): Reading {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) {
    const timedOut = 'It could not be seen in time whether the step took effect.';
    return { outcome: 'unknown', need: 'outcome-unknown', detail: timedOut };
  }
  const detail = cause.message;
  if (cause.type === 'WriteRefused') return { outcome: 'refused', detail };
  if (cause.type === 'StepBlocked' || cause.type === 'CallFailure') return { outcome: 'failed', detail };
  return { outcome: 'unknown', need: cause.type === 'KeyNotOurs' ? 'key-not-ours' : 'outcome-unknown', detail };
}

/** A failure that no settling mends; a lost answer, or a worker that died, is none. */
function isFinal(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true && cause.type !== 'NeedsSettling';
}

/* Ending */

function endedWell(story: Story, actionId: string): boolean {
  const ended = story.ended.find((action) => action.actionId === actionId);
  return ended?.outcome === 'done' || ended?.outcome === 'already-so';
}

function stoppedBy(story: Story): string {
  return `Stopped by ${story.stopRequestedBy ?? 'nobody'}.`;
}

function howItEnded({ ended, stepsDone }: Story): RespondResult['ended'] {
  const has = (outcome: RespondedAction['outcome']) => ended.some((action) => action.outcome === outcome);
  if (has('unknown')) return 'unknown';
  if (has('stopped')) return 'stopped';
  if (ended.length > 0 && ended.every(({ outcome }) => outcome === 'done' || outcome === 'already-so'))
    return 'contained';
  return stepsDone > 0 ? 'partly-contained' : 'failed';
}

function treatCancellationAsStop(story: Story): void {
  CancellationScope.current().cancelRequested.catch(() => {
    story.stopRequestedBy ??= 'a cancellation in Temporal';
  });
}
