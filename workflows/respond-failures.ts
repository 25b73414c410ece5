import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { NeedCode } from '../src/model/case-state.ts';
import type { StepOutline } from '../src/response/step-outline.ts';

/** What a failed activity of a response means for its action. */
export interface FailureReading {
  readonly outcome: 'refused' | 'failed' | 'unknown';
  readonly detail: string;
  readonly need?: NeedCode;
  /** True where trying again changes nothing. */
  readonly blocked?: boolean;
}

/** Reads an activity's failure; whatever else was thrown is a fault of the workflow, and thrown on. */
export function reading(error: unknown): FailureReading {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) {
    const timedOut = 'It could not be seen in time whether the step took effect.';
    return { outcome: 'unknown', need: 'outcome-unknown', detail: timedOut };
  }
  const detail = cause.message;
  if (cause.type === 'WriteRefused') return { outcome: 'refused', detail };
  if (isResponderStopped(error)) return { outcome: 'failed', need: 'responder-stopped', detail };
  if (cause.type === 'StepBlocked') return { outcome: 'failed', detail, blocked: true };
  if (cause.type === 'CallFailure') return { outcome: 'failed', detail };
  return { outcome: 'unknown', need: 'outcome-unknown', detail };
}

/** The responder's memory stopped it: not this action, but every one, until a person has looked. */
export function isResponderStopped(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'ResponderStopped'
  );
}

/** A failure's second detail is the operation that failed; without one, anything may have happened. */
export function mayHaveChanged(error: unknown, step: StepOutline): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'CallFailure') return true;
  const operation = cause.details?.[1];
  return typeof operation !== 'string' || step.writes.includes(operation);
}

/** A failure that no settling mends; a lost answer, or a worker that died, is none. */
export function isFinal(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true && cause.type !== 'NeedsSettling';
}
