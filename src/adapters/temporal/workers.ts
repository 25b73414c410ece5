import {
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnection,
  type WorkerOptions,
} from '@temporalio/worker';
import { ApplicationFailure, type DataConverter } from '@temporalio/common';
import { refusedPayloadFailure, whyRefused } from '../../messages/refused-payload.ts';
import type { TaskQueue } from '../../messages/task-queues.ts';

/** One task queue of one namespace and what is done for it. */
export interface WorkerSpec {
  readonly namespace: string;
  readonly taskQueue: TaskQueue;
  /** Whether workflows of the bundle run here; a queue of activities alone spares their threads. */
  readonly workflows: boolean;
  /** By name; absent or empty where only workflows run. */
  readonly activities?: object;
  /** Open workflows kept in memory: about 330 KiB each; 1,200 for investigations and 100 for polls are good values. */
  readonly maxCachedWorkflows?: number;
  readonly maxConcurrentActivities?: number;
}

export interface WorkersOptions {
  /** By namespace. */
  readonly connections: ReadonlyMap<string, NativeConnection>;
  /** Of `createWorkerDataConverter`. */
  readonly dataConverter?: DataConverter;
  /** The prebuilt bundle's file: see `workflow-bundle.ts`. */
  readonly bundleFile: string;
  readonly specs: readonly WorkerSpec[];
  /** How long running activities may take to end after a shutdown was asked for; 3 s where not given. */
  readonly shutdownGraceMs?: number;
}

/** Heartbeats reach the server at least so often: held back by the SDK's usual four fifths of the time-out, a busy machine misses it. */
const longestBeatMs = 5_000;

/** Every activity may be repeated; a few seconds spare most of them that. */
const defaultGraceMs = 3_000;

function workflowOptions(spec: WorkerSpec, bundleFile: string): Partial<WorkerOptions> {
  return spec.workflows
    ? {
        workflowBundle: { codePath: bundleFile },
        // A third of the memory per open workflow.
        reuseV8Context: true,
        maxCachedWorkflows: spec.maxCachedWorkflows ?? 200,
      }
    : {};
}

/** An activity never sees an input that the codec refused; see `workflows/refuse-payloads.ts`, which does the same for workflows. */
export const refusePayloads: ActivityInterceptorsFactory = () => ({
  inbound: {
    execute: async (input, next) => {
      const why = input.args.map(whyRefused).find((each) => each !== undefined);
      if (why !== undefined) throw ApplicationFailure.nonRetryable(why, refusedPayloadFailure);
      return await next(input);
    },
  },
});

function connectionFor({ connections }: WorkersOptions, namespace: string): NativeConnection {
  const connection = connections.get(namespace);
  if (connection === undefined) throw new Error(`no connection is given for namespace ${namespace}`);
  return connection;
}

function createWorker(options: WorkersOptions, spec: WorkerSpec): Promise<Worker> {
  return Worker.create({
    connection: connectionFor(options, spec.namespace),
    namespace: spec.namespace,
    taskQueue: spec.taskQueue,
    ...workflowOptions(spec, options.bundleFile),
    ...(spec.activities === undefined ? {} : { activities: spec.activities }),
    ...(options.dataConverter === undefined ? {} : { dataConverter: options.dataConverter }),
    ...(spec.maxConcurrentActivities === undefined
      ? {}
      : { maxConcurrentActivityTaskExecutions: spec.maxConcurrentActivities }),
    interceptors: { activity: [refusePayloads] },
    maxHeartbeatThrottleInterval: longestBeatMs,
    shutdownGraceTime: options.shutdownGraceMs ?? defaultGraceMs,
    shutdownForceTime: (options.shutdownGraceMs ?? defaultGraceMs) + 10_000,
  });
}

/** All workers of this process. */
export interface Workers {
  /** Runs until `shutdown` is called; rejects, with the others shut down, where one of them fails. */
  run(): Promise<void>;
  /** Takes no more tasks, lets the running ones end, and so ends `run`. */
  shutdown(): void;
}

function stopAll(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** Creates a worker per task queue; none of them polls before `run`. */
export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const workers: Worker[] = [];
  for (const spec of options.specs) workers.push(await createWorker(options, spec));
  return {
    run: async () => {
      const runs = workers.map((worker) =>
        worker.run().finally(() => {
          stopAll(workers);
        }),
      );
      const failed = (await Promise.allSettled(runs)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    shutdown: () => stopAll(workers),
  };
}
