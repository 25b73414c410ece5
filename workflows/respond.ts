import {
  allHandlersFinished,
  CancellationScope,
  ParentClosePolicy,
  setHandler,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import {
  type FollowUpInput,
  progress,
  type RespondedAction,
  type RespondInput,
  type RespondResult,
  stop,
} from '../src/messages/respond-messages.ts';
import { followUpWorkflowId } from '../src/messages/workflow-ids.ts';
import type { Instant } from '../src/model/ids.ts';
import type { ActionOutline, Pacing, ResponseOutline } from '../src/response/step-request.ts';
import { noted } from './investigate-case-file.ts';
import { persistent } from './respond-activities.ts';
import { seeHowItEnded } from './respond-ending.ts';
import { isResponderStopped, reading } from './respond-failures.ts';
import { openResponseFile, requestFor, type ResponseFile, stoppedBy, writeDown } from './respond-file.ts';
import { takeSteps } from './respond-steps.ts';
import { condition } from './waiting.ts';
import { utcTime } from '../src/model/utc-time.ts';

/**
 * Carries out the approved actions of one plan, each step by step. Every activity judges the signed decisions by itself: who can
 * start this workflow still cannot change AWS.
 */
export async function respond(input: RespondInput): Promise<RespondResult> {
  const file = openResponseFile(input);
  takeQuestions(file);
  takeStops(file);

  // A cancellation must not leave a step half-way: it ends the response between two steps, as `stop` does.
  await CancellationScope.nonCancellable(async () => {
    await carryOutAll(file);
    await condition(allHandlersFinished);
  });
  return { planDigest: input.planDigest, actions: file.ended, ended: howItEnded(file) };
}

function takeQuestions(file: ResponseFile): void {
  setHandler(progress, () => ({
    actions: file.ended,
    running: file.running,
    held: file.held,
    stopRequestedBy: file.stopRequestedBy,
  }));
}

function takeStops(file: ResponseFile): void {
  setHandler(stop, async ({ requestedBy, reason = null }) => {
    if (file.stopRequestedBy === null) file.stopReason = reason;
    file.stopRequestedBy ??= requestedBy;
    await writeDown(file.input, noted('stop-asked', file.input.planDigest, { reason }, requestedBy));
    return { stopping: true };
  });
  CancellationScope.current().cancelRequested.catch(() => {
    file.stopRequestedBy ??= 'a cancellation in Temporal';
  });
}

async function carryOutAll(file: ResponseFile): Promise<void> {
  let outline: ResponseOutline;
  try {
    outline = await persistent.beginResponse(file.input);
  } catch (error) {
    file.ended.push(...refusedAll(file.input, error));
    return;
  }
  for (const action of outline.actions) {
    file.ended.push(await carryOut(action, outline.pacing, file));
    file.running = null;
  }
}

function refusedAll({ actionIds }: RespondInput, error: unknown): readonly RespondedAction[] {
  const { detail } = reading(error);
  const need = isResponderStopped(error) ? { need: 'responder-stopped' as const } : {};
  return actionIds.map((actionId) => ({ actionId, type: null, outcome: 'refused', detail, ...need }));
}

async function carryOut(outline: ActionOutline, pacing: Pacing, file: ResponseFile): Promise<RespondedAction> {
  const { actionId, type, notBefore, dependsOn } = outline;
  const missing = dependsOn.find((id) => !endedWell(file, id));
  // What was done is taken off when its time has come, also where the rest is stopped: else it would stay for ever.
  const followsWhatWasDone = typeof notBefore === 'string' && dependsOn.length > 0 && missing === undefined;
  if (file.stopRequestedBy !== null && !followsWhatWasDone) {
    return { actionId, type, outcome: 'stopped', detail: stoppedBy(file) };
  }
  if (missing !== undefined) {
    return { actionId, type, outcome: 'skipped', detail: `Not begun: it needs ${missing}, which did not end well.` };
  }
  if (typeof notBefore === 'string') return await leaveForLater(outline, notBefore, pacing, file);
  const request = requestFor(outline, file);
  const claimed = await takeSteps(outline, request, pacing, file);
  return claimed.outcome === 'refused' ? claimed : await seeHowItEnded(claimed, request, file);
}

/** An action whose time has not come is left to a workflow of its own, which goes on when this one has ended. */
async function leaveForLater(
  outline: ActionOutline,
  notBefore: Instant,
  pacing: Pacing,
  { input }: ResponseFile,
): Promise<RespondedAction> {
  const { actionId, type } = outline;
  const workflowId = followUpWorkflowId(input.caseId, input.planVersion, actionId);
  await startChild('followUp', {
    workflowId,
    args: [{ input, outline, pacing } satisfies FollowUpInput],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  });
  return { actionId, type, outcome: 'later', detail: `It is carried out by itself after ${utcTime(notBefore)} UTC.` };
}

function endedWell(file: ResponseFile, actionId: string): boolean {
  const ended = file.ended.find((action) => action.actionId === actionId);
  return ended?.outcome === 'done' || ended?.outcome === 'already-so';
}

function howItEnded({ ended, stepsDone }: ResponseFile): RespondResult['ended'] {
  function has(outcome: RespondedAction['outcome']) {
    return ended.some((action) => action.outcome === outcome);
  }
  if (has('unknown')) return 'unknown';
  if (has('stopped')) return 'stopped';
  const well = ended.filter(({ outcome }) => ['done', 'already-so', 'later'].includes(outcome));
  if (ended.length > 0 && well.length === ended.length) return 'contained';
  return stepsDone > 0 ? 'partly-contained' : 'failed';
}
