import { setTimeout as delay } from 'node:timers/promises';
import type { RespondProgress, RespondResult } from '../messages/respond-messages.ts';
import { TrailhoundError } from '../model/trailhound-error.ts';
import { minuteMs } from '../model/duration.ts';

/** What is being done. */
export type RunningStep = NonNullable<RespondProgress['running']>;

export interface FollowPorts {
  /** Null where it has not begun. */
  readonly progressOf: (workflowId: string) => Promise<RespondProgress | null>;
  /** Resolves with the end of a response; null where it has not begun. */
  readonly endOf: (workflowId: string) => Promise<RespondResult | null>;
}

/** A response that was approved has not begun. */
export class NotBegunError extends TrailhoundError {
  override readonly name = 'NotBegunError';
  override readonly code = 'not-begun';
  override readonly remedy =
    'look whether a worker runs with `trailhound doctor`: the approval holds, and is acted on then';
  constructor(workflowId: string) {
    super(`${workflowId} has not begun within a minute`);
  }
}

const lookEveryMs = 500;
/** The case begins the response as soon as it has written the decision down. */
const startsWithinMs = minuteMs;

/**
 * Follows a response until it has ended, verified in IAM; tells each step once.
 *
 * @throws NotBegunError
 */
export async function followResponse(
  ports: FollowPorts,
  workflowId: string,
  tell: (running: RunningStep) => void,
): Promise<RespondResult> {
  const watching = { over: false };
  const told = tellSteps(() => ports.progressOf(workflowId), watching, tell);
  try {
    return await onceBegun(ports, workflowId);
  } finally {
    watching.over = true;
    await told;
  }
}

async function onceBegun({ endOf }: FollowPorts, workflowId: string): Promise<RespondResult> {
  for (const giveUpAt = Date.now() + startsWithinMs; Date.now() < giveUpAt; await delay(lookEveryMs)) {
    const ended = await endOf(workflowId);
    if (ended !== null) return ended;
  }
  throw new NotBegunError(workflowId);
}

async function tellSteps(
  ask: () => Promise<Pick<RespondProgress, 'running'> | null>,
  watching: { readonly over: boolean },
  tell: (running: RunningStep) => void,
): Promise<void> {
  let last = '';
  while (!watching.over) {
    // What cannot be asked now is asked again: its end is what counts.
    const running = await ask().then(
      (seen) => seen?.running ?? null,
      () => null,
    );
    const line = running === null ? last : `${running.actionId}: ${running.step}`;
    if (running !== null && line !== last) tell(running);
    last = line;
    await delay(lookEveryMs);
  }
}
