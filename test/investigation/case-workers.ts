import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createAuditActivities } from '../../activities/audit.ts';
import { type CaseActActivityPorts, createCaseActActivities } from '../../activities/case-acts.ts';
import { createGatherActivities, type GatherPorts } from '../../activities/gather.ts';
import { createInvestigateActivities } from '../../activities/investigate.ts';
import type { InvestigatePorts } from '../../activities/investigate-ports.ts';
import { refusePayloads } from '../../src/adapters/temporal/workers.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { testWorkflowBundle } from '../harness/test-servers.ts';

/** All that the activities of a case need. */
export type CasePorts = InvestigatePorts & GatherPorts & CaseActActivityPorts;

/** Workers for all queues of a case, with these activities as its writes. */
export async function startWorkers(
  {
    address,
    ...place
  }: { readonly address: string; readonly namespace: string; readonly dataConverter: DataConverter },
  ports: CasePorts,
  writes: object,
) {
  const connection = await NativeConnection.connect({ address });
  const { codePath } = await testWorkflowBundle();
  const common = {
    connection,
    ...place,
    interceptors: { activity: [refusePayloads] },
    shutdownGraceTime: 1_000,
    shutdownForceTime: 10_000,
  };
  const activities = {
    ...createGatherActivities(ports),
    ...createCaseActActivities(ports),
    ...createInvestigateActivities(ports),
  };
  const workers = [
    await Worker.create({
      ...common,
      activities,
      taskQueue: taskQueues.orchestrate,
      workflowBundle: { codePath },
    }),
    await Worker.create({
      ...common,
      taskQueue: taskQueues.evidence,
      activities,
      maxConcurrentActivityTaskExecutions: 4,
    }),
    await Worker.create({ ...common, taskQueue: taskQueues.record, activities }),
    await Worker.create({
      ...common,
      taskQueue: taskQueues.respond,
      activities: { ...writes, ...createAuditActivities(ports) },
    }),
  ];
  const running = workers.map((worker) => worker.run());
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
    },
  };
}
