import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { progress, type RespondResult } from '../../messages/respond-messages.ts';
import type { CaseId } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** The response did not contain what it was to contain; its exit code is 4. */
export class NotContainedError extends TrailhoundError {
  override readonly name = 'NotContainedError';
  override readonly code = 'not-contained';
  readonly exitCode = 4;
  override readonly remedy: string;
  constructor(ended: RespondResult['ended'], caseId: CaseId) {
    super(`the response ended: ${ended}`);
    this.remedy = `look at what was done and what was not with \`trailhound audit show ${caseId}\``;
  }
}

const lookEveryMs = 500;
/** The case begins the response as soon as it has written the decision down. */
const startsWithinMs = 60_000;

/** Follows a response until it has ended, verified in IAM; tells each step once. */
export async function followResponse(
  client: Client,
  workflowId: string,
  tell: (line: string) => void,
): Promise<RespondResult> {
  const handle = client.workflow.getHandle(workflowId);
  const ended = untilStarted(() => handle.result() as Promise<RespondResult>);
  const watching = { over: false };
  const told = tellSteps(() => handle.query(progress), watching, tell);
  try {
    return await ended;
  } finally {
    watching.over = true;
    await told;
  }
}

async function untilStarted<T>(ask: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + startsWithinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError) || Date.now() > giveUpAt) throw error;
      await delay(lookEveryMs);
    }
  }
}

async function tellSteps(
  ask: () => Promise<{ readonly running: { readonly actionId: string; readonly step: string } | null }>,
  watching: { readonly over: boolean },
  tell: (line: string) => void,
): Promise<void> {
  let last = '';
  while (!watching.over) {
    const running = await ask().then(
      (seen) => seen.running,
      () => null,
    );
    const line = running === null ? last : `${running.actionId}: ${running.step}`;
    if (line !== last) tell(line);
    last = line;
    await delay(lookEveryMs);
  }
}
