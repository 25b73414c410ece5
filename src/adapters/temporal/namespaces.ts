import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { setTimeout as delay } from 'node:timers/promises';

/** A namespace of ours and how long it keeps closed workflows. */
export interface NamespaceSpec {
  readonly name: string;
  /** Whole seconds; a Temporal server's floor is an hour where not configured otherwise. */
  readonly retentionMs: number;
}

const grpcAlreadyExists = 6;
const grpcNotFound = 5;
const [grpcPermissionDenied, grpcUnimplemented] = [7, 12];

/** gRPC's status code of an error of the client, where it has one. */
export function grpcCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** Whether a server refused because of who asks: by the right that it wants, or because it lets no client do this, as Temporal Cloud. */
export function isDenied(error: unknown): boolean {
  const code = grpcCode(error);
  return code === grpcPermissionDenied || code === grpcUnimplemented;
}

/** Waits until every part of the server knows the namespace; its caches lag behind the registration. */
async function untilKnown(connection: Connection, namespace: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
      return;
    } catch (error) {
      if (grpcCode(error) !== grpcNotFound || attempt === 400) throw error;
      await delay(50);
    }
  }
}

/**
 * Creates a namespace, or sets the retention of an existing one; doing it again changes nothing.
 * Needs a server that lets its clients make namespaces (Temporal Cloud does not: make them there beforehand).
 */
export async function ensureNamespace(connection: Connection, spec: NamespaceSpec): Promise<'created' | 'updated'> {
  const retention = proto.google.protobuf.Duration.fromObject({ seconds: Math.ceil(spec.retentionMs / 1000) });
  try {
    await connection.workflowService.registerNamespace({
      namespace: spec.name,
      workflowExecutionRetentionPeriod: retention,
    });
    await untilKnown(connection, spec.name);
    return 'created';
  } catch (error) {
    if (grpcCode(error) !== grpcAlreadyExists) throw error;
    await connection.workflowService.updateNamespace({
      namespace: spec.name,
      config: { workflowExecutionRetentionTtl: retention },
    });
    return 'updated';
  }
}
