import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { published } from '../../messages/collect-messages.ts';
import { alertsArrived } from '../../messages/investigate-messages.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import { caseWorkflowId, detectWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId } from '../../model/ids.ts';

/** Rings that something waits in the store; a ring carries nothing and may be repeated. */
export interface Doorbells {
  ringDetect(partition?: number): Promise<void>;
  ringCase(caseId: CaseId): Promise<void>;
}

/** @param clients of the namespaces of polling and of cases. */
export function createDoorbells(clients: { readonly polling: Client; readonly cases: Client }): Doorbells {
  return {
    async ringDetect(partition = 0) {
      await clients.polling.workflow.signalWithStart('detect', {
        workflowId: detectWorkflowId(partition),
        taskQueue: taskQueues.orchestrate,
        args: [{ partition }],
        signal: published,
      });
    },

    async ringCase(caseId) {
      try {
        await clients.cases.workflow.signalWithStart('investigate', {
          workflowId: caseWorkflowId(caseId),
          taskQueue: taskQueues.orchestrate,
          args: [{ caseId }],
          signal: alertsArrived,
          // A case runs once; its end in the store decided which alerts are its own.
          workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}
