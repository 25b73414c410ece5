import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { minuteMs } from '../../model/duration.ts';

/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = minuteMs;

/** Asks a workflow for an answer; null where it has ended, or there is none. */
export async function askWorkflow<T>(
  client: Client,
  workflowId: string,
  ask: (handle: WorkflowHandle) => Promise<T>,
): Promise<T | null> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + answerWithinMs, () => ask(handle));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
