import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { DecidePorts } from '../../commands/decide.ts';
import type { FollowPorts } from '../../commands/follow-response.ts';
import type { ReplanPorts } from '../../commands/replan.ts';
import type { StopPorts } from '../../commands/stop-response.ts';
import type { UndoPorts } from '../../commands/undo-response.ts';
import { decide, replan, summary } from '../../messages/investigate-messages.ts';
import { progress, type RespondResult, stop } from '../../messages/respond-messages.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import { undoProgress } from '../../messages/undo-messages.ts';
import { caseWorkflowId, undoWorkflowId } from '../../messages/workflow-ids.ts';
import { askWorkflow } from './ask-workflow.ts';

type PlanMessages = Pick<DecidePorts, 'decide'> &
  Pick<ReplanPorts, 'summaryOf' | 'replan'> &
  Pick<StopPorts, 'stop' | 'endOf'> &
  Pick<UndoPorts, 'startUndoing' | 'undoingOf'> &
  Pick<FollowPorts, 'progressOf'>;

/** What people do about plans and responses, sent to the workflows of these. */
export function planMessages(client: Client): PlanMessages {
  return {
    decide: ({ caseId, undoes }, decisionId, signed) =>
      askWorkflow(client, undoes ? undoWorkflowId(caseId) : caseWorkflowId(caseId), (handle) =>
        handle.executeUpdate(decide, { updateId: decisionId, args: [signed] }),
      ),
    summaryOf: (caseId) => askWorkflow(client, caseWorkflowId(caseId), (handle) => handle.query(summary)),
    replan: (caseId, asked) =>
      askWorkflow(client, caseWorkflowId(caseId), (handle) => handle.executeUpdate(replan, { args: [asked] })),
    stop: async (workflowId, asked) =>
      (await askWorkflow(client, workflowId, (handle) => handle.executeUpdate(stop, { args: [asked] }))) !== null,
    endOf: (workflowId) => endOf(client, workflowId),
    progressOf: (workflowId) => askWorkflow(client, workflowId, (handle) => handle.query(progress)),
    startUndoing: async (input) => {
      const workflowId = undoWorkflowId(input.caseId);
      try {
        await client.workflow.start('undo', { workflowId, taskQueue: taskQueues.orchestrate, args: [input] });
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    },
    undoingOf: (caseId) => askWorkflow(client, undoWorkflowId(caseId), (handle) => handle.query(undoProgress)),
  };
}

/** Waits for as long as it takes. */
async function endOf(client: Client, workflowId: string): Promise<RespondResult | null> {
  try {
    return (await client.workflow.getHandle(workflowId).result()) as RespondResult;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
