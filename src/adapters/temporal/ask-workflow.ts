import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';

/** Longer than this nobody watches a silent terminal. */
const answerWithinMs = 60_000;

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
