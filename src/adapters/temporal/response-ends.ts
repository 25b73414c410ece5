import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ResponseEnds } from '../../investigation/case/case-ports.ts';
import type { RespondInput, RespondResult } from '../../messages/respond-messages.ts';

/** @param client of the namespace of cases. */
export function createResponseEnds(client: Client): ResponseEnds {
  return {
    async endOf(workflowId) {
      const handle = client.workflow.getHandle<(input: RespondInput) => Promise<RespondResult>>(workflowId);
      try {
        const { status } = await handle.describe();
        if (status.name === 'COMPLETED') return { kind: 'ended', result: await handle.result() };
        const runs = status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW' || status.name === 'PAUSED';
        return { kind: runs ? 'runs' : 'unknown' };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { kind: 'unknown' };
        throw error;
      }
    },
  };
}
