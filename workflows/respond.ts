import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { createRespondActivities } from '../activities/respond.ts';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import { responseHeld } from '../src/messages/investigate-messages.ts';
import {
  type FollowUpInput,
  type HeldResponse,
  progress,
  type RespondedAction,
  type RespondInput,
  type RespondResult,
  stop,
} from '../src/messages/respond-messages.ts';
import { taskQueues } from '../src/messages/task-queues.ts';
import { followUpWorkflowId } from '../src/messages/workflow-ids.ts';
import type { ActionRequest, MadeKey } from '../src/model/action-result.ts';
import type { NeedCode } from '../src/model/case-state.ts';
import type { Instant } from '../src/model/ids.ts';
import type { StepResult } from '../src/response/run-step.ts';
import type { StepOutline } from '../src/response/step-outline.ts';
import type {
  ActionOutline,
  Pacing,
  ResponseOutline,
  SettlingLook,
  StepRequest,
} from '../src/response/step-request.ts';
import { noted } from './investigate-case-file.ts';
import { condition, conditionWithin, sleep } from './waiting.ts';

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
  summary: 'takes a step that may be repeated',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** CreateAccessKey makes another key at each call: one attempt, and whatever goes wrong is settled before the next round. */
const onceOnly = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'takes a step that is taken once',
  retry: { maximumAttempts: 1 },
});

/**
 * Beginning, and looking at the end: repeatable, and given up by nobody. How long AWS is waited for is bounded within the activity.
 */
const persistent = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'begins the response, or looks at the end of an action in AWS',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/**
 * A look at what a lost answer left behind: repeatable. Where it fails so often for a reason that it does not tell itself, a person is
 * told; the workflow goes on looking, for what is unsettled may be a live key without an owner.
 */
const settling = proxyActivities<RespondActivities>({
  ...shared,
  summary: 'looks for what a lost answer left behind',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  scheduleToCloseTimeout: '1 hour',
});

/** Audit records, by the worker that makes the changes. Retried without end and soon: what happened is written down before the next step. */
const recording = proxyActivities<RespondActivities>({
  taskQueue: taskQueues.respond,
  startToCloseTimeout: '30 seconds',
  summary: 'writes down what happened',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
});

interface Story {
  readonly ended: RespondedAction[];
  running: { readonly actionId: string; readonly step: string } | null;
  held: HeldResponse | null;
  stopRequestedBy: string | null;
  stopReason: string | null;
  /** Steps of any action that AWS showed to be taken, at its end. */
  stepsDone: number;
}

/**
 * Carries out the approved actions of one plan, each step by step. Every activity judges the signed decisions by itself: who can
 * start this workflow still cannot change AWS.
 */
export async function respond(input: RespondInput): Promise<RespondResult> {
  const story: Story = { ended: [], running: null, held: null, stopRequestedBy: null, stopReason: null, stepsDone: 0 };
  setHandler(progress, () => ({
    actions: story.ended,
    running: story.running,
    held: story.held,
    stopRequestedBy: story.stopRequestedBy,
  }));
  setHandler(stop, async ({ requestedBy, reason = null }) => {
    if (story.stopRequestedBy === null) story.stopReason = reason;
    story.stopRequestedBy ??= requestedBy;
    await record(input, noted('stop-asked', input.planDigest, { reason }, requestedBy));
    return { stopping: true };
  });
  treatCancellationAsStop(story);

  // A cancellation must not leave a step half-way: it ends the response between two steps, as `stop` does.
  await CancellationScope.nonCancellable(async () => {
    await carryOutAll(input, story);
    await condition(allHandlersFinished);
  });
  return { planDigest: input.planDigest, actions: story.ended, ended: howItEnded(story) };
}

/** A cancellation stops the response, and not the record of who stopped it. */
async function record({ caseId }: Pick<ActionRequest, 'caseId'>, note: AuditNote): Promise<void> {
  await CancellationScope.nonCancellable(() => recording.recordNotes({ caseId, notes: [note] }));
}

async function carryOutAll(input: RespondInput, story: Story): Promise<void> {
  let outline: ResponseOutline;
  try {
    outline = await persistent.beginResponse(input);
  } catch (error) {
    const { detail } = reading(error);
    const need = isStopped(error) ? { need: 'responder-stopped' as const } : {};
    function refused(actionId: string) {
      return { actionId, type: null, outcome: 'refused', detail, ...need } as const;
    }
    story.ended.push(...input.actionIds.map(refused));
    return;
  }
  for (const action of outline.actions) {
    story.ended.push(await carryOut(action, input, outline.pacing, story));
    story.running = null;
  }
}

async function carryOut(
  outline: ActionOutline,
  input: RespondInput,
  pacing: Pacing,
  story: Story,
): Promise<RespondedAction> {
  const { actionId, type, notBefore, dependsOn } = outline;
  const missing = dependsOn.find((id) => !endedWell(story, id));
  // What was done is taken off when its time has come, also where the rest is stopped: else it would stay for ever.
  const followsWhatWasDone = typeof notBefore === 'string' && dependsOn.length > 0 && missing === undefined;
  if (story.stopRequestedBy !== null && !followsWhatWasDone) {
    return { actionId, type, outcome: 'stopped', detail: stoppedBy(story) };
  }
  if (missing !== undefined) {
    return { actionId, type, outcome: 'skipped', detail: `Not begun: it needs ${missing}, which did not end well.` };
  }
  if (typeof notBefore === 'string') return await leaveForLater(outline, notBefore, input, pacing);
  const request = requestFor(outline, input);
  const claimed = await takeSteps(outline, request, pacing, story);
  return claimed.outcome === 'refused' ? claimed : await seeHowItEnded(claimed, request, story);
}

function requestFor({ actionId, intentId }: ActionOutline, input: RespondInput): ActionRequest {
  const { caseId, planDigest, decisions } = input;
  return { caseId, planDigest, actionId, intentId, decisions };
}

/** An action whose time has not come is left to a workflow of its own, which goes on when this one has ended. */
async function leaveForLater(
  outline: ActionOutline,
  notBefore: Instant,
  input: RespondInput,
  pacing: Pacing,
): Promise<RespondedAction> {
  const { actionId, type } = outline;
  const workflowId = followUpWorkflowId(input.caseId, input.planVersion, actionId);
  await startChild('followUp', {
    workflowId,
    args: [{ input, outline, pacing } satisfies FollowUpInput],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  });
  return { actionId, type, outcome: 'later', detail: `It is taken after ${notBefore}, by ${workflowId}.` };
}

/** How long a follow-up waits before it tries again what failed, and how often it does. */
const followUpAgainMs = 3_600_000;
const followUpTries = 7 * 24;

/**
 * Takes one action when its time has come. What fails is tried again, for days: a denial that stays on a role for ever would be an
 * outage that nobody remembers the reason of. What trying again cannot change is told at once.
 */
export async function followUp({ input, outline, pacing }: FollowUpInput): Promise<RespondedAction> {
  const story: Story = { ended: [], running: null, held: null, stopRequestedBy: null, stopReason: null, stepsDone: 0 };
  await sleep(Math.max(1, Date.parse(outline.notBefore ?? '') - Date.now()), 'until what was done is taken back');
  const request = requestFor(outline, input);
  for (let tries = 1; ; tries += 1) {
    const claimed = await takeSteps(outline, request, pacing, story);
    if (claimed.outcome === 'refused') return claimed;
    const over = ['done', 'already-so'].includes(claimed.outcome) || claimed.blocked === true || tries >= followUpTries;
    if (over) return await seeHowItEnded(claimed, request, story);
    await sleep(followUpAgainMs, 'until what failed is tried again');
  }
}

/** What is told is what AWS shows at the end: a step that failed may have been found done, and one that was done undone. */
async function seeHowItEnded(
  claimed: RespondedAction & { readonly outcome: Claimed },
  request: ActionRequest,
  story: Story,
): Promise<RespondedAction> {
  const { actionId, type, outcome: claim, need } = claimed;
  try {
    const { outcome, detail, keys, stepsSeen } = await persistent.endAction({
      ...request,
      outcome: claim,
      detail: claimed.detail,
    });
    story.stepsDone += stepsSeen;
    const told = claim === 'stopped' && outcome === 'failed' ? claim : outcome;
    await record(request, endNote(request, { outcome: told, detail, keys }));
    const wanted = needOf(told, need);
    return { actionId, type, outcome: told, detail, keys, ...(wanted === undefined ? {} : { need: wanted }) };
  } catch (error) {
    const { detail } = reading(error);
    const why = isStopped(error) ? 'responder-stopped' : 'outcome-unknown';
    const told = detail === claimed.detail ? detail : `${claimed.detail} ${detail}`;
    await record(request, endNote(request, { outcome: 'unknown', detail: told, keys: [] }));
    return { actionId, type, outcome: 'unknown', need: why, detail: told };
  }
}

function endNote(
  { actionId, planDigest, intentId }: ActionRequest,
  { outcome, detail, keys }: { readonly outcome: string; readonly detail: string; readonly keys: readonly MadeKey[] },
): AuditNote {
  const fates = keys.map(({ accessKeyId, fate, secretArn }) => ({ accessKeyId, fate, secretArn }));
  return noted('action-ended', actionId, { outcome, detail, keys: fates, planDigest, intentId });
}

function needOf(outcome: RespondedAction['outcome'], need: NeedCode | undefined): NeedCode | undefined {
  if (outcome === 'done' || outcome === 'already-so') return undefined;
  return outcome === 'unknown' ? 'outcome-unknown' : need;
}

type Claimed = Exclude<RespondedAction['outcome'], 'skipped' | 'later'>;

async function takeSteps(
  outline: ActionOutline,
  request: ActionRequest,
  pacing: Pacing,
  story: Story,
): Promise<RespondedAction & { readonly outcome: Claimed; readonly blocked?: boolean }> {
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
        ? takeOnce(step, { ...request, step: step.name }, pacing, story)
        : repeatable.takeStep({ ...request, step: step.name }));
      if ('stopped' in result) {
        return { actionId, type, outcome: 'stopped', detail: [...details, stoppedBy(story)].join(' ') };
      }
      if ('foreign' in result) {
        return {
          actionId,
          type,
          outcome: 'failed',
          need: 'key-not-ours',
          detail: [...details, result.detail].join(' '),
        };
      }
      await record(request, stepNote({ ...request, step: step.name }, result));
      changed ||= result.outcome === 'done';
      details.push(result.detail);
    } catch (error) {
      const { detail, ...read } = reading(error);
      return { actionId, type, ...read, detail: [...details, detail].join(' ') };
    }
  }
  return { actionId, type, outcome: changed ? 'done' : 'already-so', detail: details.join(' ') };
}

function stepNote({ actionId, planDigest, intentId, step }: StepRequest, taken: StepResult): AuditNote {
  const { outcome, detail, awsRequestIds } = taken;
  return noted('action-step', actionId, { step, outcome, detail, awsRequestIds, planDigest, intentId });
}

/**
 * Tries once; where that fails, finds out and tidies up what it left behind before it is tried again, or given up. Rounds wait, longer
 * each time, for half an hour in all; those that failed before anything was changed have a time of their own.
 */
async function takeOnce(step: StepOutline, asked: StepRequest, pacing: Pacing, story: Story) {
  const patience = { change: patienceOf(pacing), read: patienceOf(pacing) };
  for (;;) {
    try {
      return await onceOnly.takeStep(asked);
    } catch (error) {
      if (reading(error).outcome === 'refused') throw error;
      const settled = await settle(asked, pacing, story);
      if (settled.foreign.length > 0) return { foreign: settled.foreign, detail: settled.detail };
      // What is stored is only looked at from now on.
      const changes = settled.found !== 'stored' && mayHaveChanged(error, step);
      const waitMs = patience[changes ? 'change' : 'read'].next();
      if (isFinal(error) || waitMs === null) throw error;
      function isStopped() {
        return story.stopRequestedBy !== null;
      }
      if (await conditionWithin(isStopped, waitMs, 'until a step is tried again')) return { stopped: true };
    }
  }
}

/** Looks until it is settled: nothing else ends it. While it cannot go on, the case is told that it needs a person. */
async function settle(asked: StepRequest, pacing: Pacing, story: Story) {
  const heldSinceMs = Date.now();
  let heldBy: string | null = null;
  for (let waitMs = pacing.firstMs; ; waitMs = Math.min(waitMs * 2, pacing.longestMs)) {
    const look = await settlingLook(asked);
    await recordLook(asked, look, heldBy);
    heldBy = look.kind === 'held' ? look.why : null;
    if (look.kind === 'settled') {
      if (story.held !== null) await tellCase(null);
      story.held = null;
      return look;
    }
    const isLong = Date.now() - heldSinceMs >= pacing.tellPersonAfterMs;
    if (story.held?.why !== look.why && (!look.passing || isLong)) {
      story.held = { actionId: asked.actionId, since: new Date(heldSinceMs).toISOString() as Instant, why: look.why };
      await tellCase({ why: 'key-may-be-live', detail: look.why });
    }
    await sleep(jittered(waitMs), 'until a key that may be live is looked for again');
  }
}

/** What holds it up is written down once, and what it came to. */
async function recordLook(asked: StepRequest, look: SettlingLook, heldBy: string | null): Promise<void> {
  const { actionId, planDigest, intentId, step } = asked;
  const about = { step, planDigest, intentId };
  if (look.kind === 'settled') {
    const { found, detail } = look;
    await record(asked, noted('step-settled', actionId, { ...about, found, detail }));
  } else if (look.why !== heldBy) {
    await record(asked, noted('step-held', actionId, { ...about, why: look.why }));
  }
}

async function settlingLook(asked: StepRequest): Promise<SettlingLook> {
  try {
    return await settling.settleStep(asked);
  } catch (error) {
    return { kind: 'held', why: reading(error).detail, passing: false };
  }
}

/** A response that was started by hand has no case to tell, and one whose case is over tells nobody. */
async function tellCase(held: { readonly why: NeedCode; readonly detail: string } | null): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(responseHeld, held);
  } catch {
    // The key is on the board in the store all the same.
  }
}

/** Waits that grow, as long as there is time left for them. */
function patienceOf({ firstMs, longestMs, roundsForMs }: Pacing): { next(): number | null } {
  let [waitMs, leftMs] = [firstMs, roundsForMs];
  return {
    next() {
      if (leftMs <= 0) return null;
      const now = Math.min(jittered(waitMs), leftMs);
      leftMs -= now;
      waitMs = Math.min(waitMs * 2, longestMs);
      return now;
    },
  };
}

/** Between half and all of it, so that responses that failed together do not come back together. */
function jittered(ms: number): number {
  return Math.max(1, Math.round(ms * (0.5 + Math.random() / 2)));
}

/* Reading failures */

interface Reading {
  readonly outcome: 'refused' | 'failed' | 'unknown';
  readonly detail: string;
  readonly need?: NeedCode;
  /** True where trying again changes nothing. */
  readonly blocked?: boolean;
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
  if (isStopped(error)) return { outcome: 'failed', need: 'responder-stopped', detail };
  if (cause.type === 'StepBlocked') return { outcome: 'failed', detail, blocked: true };
  if (cause.type === 'CallFailure') return { outcome: 'failed', detail };
  return { outcome: 'unknown', need: 'outcome-unknown', detail };
}

/** The responder's memory stopped it: not this action, but every one, until a person has looked. */
function isStopped(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'ResponderStopped'
  );
}

/** A failure's second detail is the operation that failed; without one, anything may have happened. */
function mayHaveChanged(error: unknown, step: StepOutline): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'CallFailure') return true;
  const operation = cause.details?.[1];
  return typeof operation !== 'string' || step.writes.includes(operation);
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

function stoppedBy({ stopRequestedBy, stopReason }: Story): string {
  return `Stopped by ${stopRequestedBy ?? 'nobody'}${stopReason === null ? '' : `: ${stopReason}`}.`;
}

function howItEnded({ ended, stepsDone }: Story): RespondResult['ended'] {
  function has(outcome: RespondedAction['outcome']) {
    return ended.some((action) => action.outcome === outcome);
  }
  if (has('unknown')) return 'unknown';
  if (has('stopped')) return 'stopped';
  const well = ended.filter(({ outcome }) => ['done', 'already-so', 'later'].includes(outcome));
  if (ended.length > 0 && well.length === ended.length) return 'contained';
  return stepsDone > 0 ? 'partly-contained' : 'failed';
}

function treatCancellationAsStop(story: Story): void {
  CancellationScope.current().cancelRequested.catch(() => {
    story.stopRequestedBy ??= 'a cancellation in Temporal';
  });
}
