import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { responseEndWords } from '../../audit/response-end-words.ts';
import { progress, type RespondResult } from '../../messages/respond-messages.ts';
import type { CaseId } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** Not everything is contained once a response has ended; its exit code is 4. */
export class NotContainedError extends TrailhoundError {
  override readonly name = 'NotContainedError';
  override readonly code = 'not-contained';
  readonly exitCode = 4;
  override readonly remedy: string;
  /** @param left how many ways in are open, or of which nobody knows, where every action was done */
  constructor(ended: RespondResult['ended'], caseId: CaseId, left = 0) {
    super(left > 0 ? partlyContained(left) : `the response ended: ${responseEndWords(ended)}`);
    this.remedy =
      left > 0
        ? `see them with \`trailhound investigations show ${caseId}\`: what no action closes is for people to close`
        : `look at what was done and what was not with \`trailhound audit show ${caseId}\``;
  }
}

function partlyContained(left: number): string {
  return `partly contained: ${left === 1 ? '1 way in is' : `${left} ways in are`} open`;
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
