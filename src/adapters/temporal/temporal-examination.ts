import type { Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { grpcCode } from './namespaces.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const grpcNotFound = 5;

/** What was found out about a namespace. */
export interface NamespaceExamination {
  readonly exists: boolean;
  readonly retentionMs: number;
}

/** Asks for a namespace and its retention; changes nothing. */
export async function examineNamespace(connection: Connection, namespace: string): Promise<NamespaceExamination> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return { exists: true, retentionMs: Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000 };
  } catch (error) {
    if (grpcCode(error) === grpcNotFound) return { exists: false, retentionMs: 0 };
    throw error;
  }
}

/** Whether any worker asks for workflow tasks (or activities) of a queue; the server remembers pollers for some minutes. */
export async function hasPollers(
  connection: Connection,
  namespace: string,
  taskQueue: string,
  kind: 'workflows' | 'activities',
): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType:
      kind === 'workflows' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  return (pollers ?? []).length > 0;
}

/**
 * Decodes the input of the namespace's latest workflow, if it has one.
 * @throws PayloadDecryptionError where the key ring is not the one that it was written with
 */
export async function decodeLatestInput(
  connection: Connection,
  namespace: string,
  { payloadCodecs = [] }: DataConverter,
): Promise<'decoded' | 'nothing-there'> {
  const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
  const [latest] = executions ?? [];
  if (latest?.execution === undefined || latest.execution === null) return 'nothing-there';
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: latest.execution,
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  if (input.length === 0) return 'nothing-there';
  for (const codec of payloadCodecs.toReversed()) await codec.decode(input);
  return 'decoded';
}
