import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { published } from '../../messages/collect-messages.ts';
import { alertsArrived } from '../../messages/investigate-messages.ts';
import type { LostBy } from '../../model/case-state.ts';
import { taskQueues } from '../../messages/task-queues.ts';
import { caseWorkflowId, detectWorkflowId } from '../../messages/workflow-ids.ts';
import type { CaseId } from '../../model/ids.ts';

/** Rings that something waits in the store; a ring carries nothing and may be repeated. */
export interface Doorbells {
  ringDetect(): Promise<void>;
  ringCase(caseId: CaseId): Promise<void>;
  /**
   * Starts a new run for an open case whose workflow does not run; false where it does.
   *
   * @param how where it is known: by default as the server says that it ended
   */
  takeUpCase(caseId: CaseId, how?: LostBy): Promise<boolean>;
  /** Takes up those of the open cases whose workflow does not run, some hundred at a time; says how many there were. */
  takeUpLost(open: readonly CaseId[]): Promise<number>;
}

/** So many are described and started within the time that the reconciler has; the rest is lost still when it comes again. */
const suspectsAtOnce = 200;

/** By what the server calls it. */
const lostBy: Readonly<Record<string, LostBy>> = {
  TERMINATED: 'terminated',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
  TIMED_OUT: 'timed-out',
  COMPLETED: 'completed',
};

/** @param clients of the namespaces of polling and of cases. */
export function createDoorbells(clients: { readonly polling: Client; readonly cases: Client }): Doorbells {
  /** As visibility lists them: it may lag, so that one that is not among them is only suspected. */
  async function listedAsRunning(): Promise<ReadonlySet<string>> {
    const query = "WorkflowType = 'investigate' AND ExecutionStatus = 'Running'";
    const ids = new Set<string>();
    for await (const { workflowId } of clients.cases.workflow.list({ query, pageSize: 1_000 })) ids.add(workflowId);
    return ids;
  }

  const doorbells: Doorbells = {
    async ringDetect() {
      await clients.polling.workflow.signalWithStart('detect', {
        workflowId: detectWorkflowId,
        taskQueue: taskQueues.orchestrate,
        args: [],
        signal: published,
      });
    },

    async takeUpCase(caseId, how) {
      const workflowId = caseWorkflowId(caseId);
      const status = await clients.cases.workflow
        .getHandle(workflowId)
        .describe()
        .then(
          (described) => described.status.name,
          (error: unknown) => {
            if (error instanceof WorkflowNotFoundError) return 'NOT_FOUND' as const;
            throw error;
          },
        );
      if (status === 'RUNNING' || status === 'CONTINUED_AS_NEW' || status === 'PAUSED') return false;
      try {
        await clients.cases.workflow.start('investigate', {
          workflowId,
          taskQueue: taskQueues.orchestrate,
          args: [{ caseId, takenUp: how ?? lostBy[status] ?? 'unknown-to-temporal' }],
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        });
        return true;
      } catch (error) {
        // The doorbell was faster.
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
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

    async takeUpLost(open) {
      if (open.length === 0) return 0;
      const running = await listedAsRunning();
      const suspects = open.filter((caseId) => !running.has(caseWorkflowId(caseId)));
      let takenUp = 0;
      for (const caseId of suspects.slice(0, suspectsAtOnce)) if (await doorbells.takeUpCase(caseId)) takenUp += 1;
      return takenUp;
    },
  };
  return doorbells;
}
