import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { BackfillPorts } from '../../commands/backfills.ts';
import { backfillProgress, pauseBackfill, resumeBackfill } from '../../messages/collect-messages.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import type { BackfillsPorts } from '../../views/backfills.ts';
import { askWorkflow } from './ask-workflow.ts';

/** Backfills, as the workflows that they are. */
export function backfillWorkflows(client: Client): BackfillsPorts & Pick<BackfillPorts, 'start' | 'change'> {
  return {
    start: async (workflowId, input) => {
      try {
        await client.workflow.start('backfill', { workflowId, taskQueue: taskQueues.orchestrate, args: [input] });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    change: async (id, change) => {
      const done = await askWorkflow<unknown>(client, id, (handle) =>
        change === 'cancel'
          ? handle.cancel()
          : handle.executeUpdate(change === 'pause' ? pauseBackfill : resumeBackfill),
      );
      return done !== null;
    },
    async *backfillIds() {
      for await (const { workflowId } of client.workflow.list({ query: "WorkflowType = 'backfill'" })) yield workflowId;
    },
    backfillOf: (id) =>
      askWorkflow(client, id, async (handle) => {
        const { status } = await handle.describe();
        const answers = status.name === 'RUNNING' || status.name === 'COMPLETED';
        const progress = answers ? await handle.query(backfillProgress) : null;
        return { id, status: status.name.toLowerCase(), progress };
      }),
  };
}
