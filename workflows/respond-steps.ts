import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { RespondedAction } from '../src/messages/respond-messages.ts';
import type { ActionRequest } from '../src/model/action-result.ts';
import type { StepResult } from '../src/response/run-step.ts';
import type { ActionOutline, Pacing, StepRequest } from '../src/response/step-request.ts';
import { noted } from './investigate-case-file.ts';
import { repeatable } from './respond-activities.ts';
import { reading } from './respond-failures.ts';
import { type ResponseFile, stoppedBy, writeDown } from './respond-file.ts';
import { takeOnce } from './respond-once.ts';

/** What an action's steps came to, as far as the workflow saw it: AWS is asked after them. */
export interface ClaimedEnd extends RespondedAction {
  readonly outcome: Exclude<RespondedAction['outcome'], 'skipped' | 'later'>;
  /** True where trying again changes nothing. */
  readonly blocked?: boolean;
}

/** Takes an action's steps, in order, until one fails or the response is stopped. */
export async function takeSteps(
  outline: ActionOutline,
  request: ActionRequest,
  pacing: Pacing,
  file: ResponseFile,
): Promise<ClaimedEnd> {
  const { actionId, type, steps } = outline;
  const details: string[] = [];
  function claim({ detail, ...end }: Omit<ClaimedEnd, 'actionId' | 'type'>): ClaimedEnd {
    return { actionId, type, ...end, detail: [...details, detail].join(' ') };
  }
  let changed = false;
  for (const step of steps) {
    if (file.stopRequestedBy !== null) return claim({ outcome: 'stopped', detail: stoppedBy(file) });
    file.running = { actionId, step: step.name };
    const asked = { ...request, step: step.name };
    try {
      const taken = await (step.onceOnly ? takeOnce(step, asked, pacing, file) : repeatable.takeStep(asked));
      if ('stopped' in taken) return claim({ outcome: 'stopped', detail: stoppedBy(file) });
      if ('foreign' in taken) return claim({ outcome: 'failed', need: 'key-not-ours', detail: taken.detail });
      await writeDown(request, stepNote(asked, taken));
      changed ||= taken.outcome === 'done';
      details.push(taken.detail);
    } catch (error) {
      return claim(reading(error));
    }
  }
  return { actionId, type, outcome: changed ? 'done' : 'already-so', detail: details.join(' ') };
}

function stepNote({ actionId, planDigest, intentId, step }: StepRequest, taken: StepResult): AuditNote {
  const { outcome, detail, awsRequestIds } = taken;
  return noted('action-step', actionId, { step, outcome, detail, awsRequestIds, planDigest, intentId });
}
