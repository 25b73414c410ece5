import { pino, type Logger } from 'pino';
import { syncAccounts } from '../adapters/store/account-store.ts';
import { createOwnCallRecorder } from '../adapters/store/own-call-recorder.ts';
import { connectWorkers } from '../adapters/temporal/connection.ts';
import { createDoorbells } from '../adapters/temporal/doorbells.ts';
import { installRuntime } from '../adapters/temporal/runtime.ts';
import { ensurePollSchedule, ensureReconcileSchedule, pollNow } from '../adapters/temporal/schedules.ts';
import { requireWorkflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import { createWorkers, type WorkerSpec } from '../adapters/temporal/workers.ts';
import { taskQueues } from '../messages/task-queues.ts';
import { historyNeededMs } from '../collection/history-needed.ts';
import type { RuleSet } from '../detection/engine.ts';
import type { Instant } from '../model/ids.ts';
import { composeActivities } from './compose/activities.ts';
import { loadApproverKeys } from './compose/approver-keys.ts';
import { composeAws } from './compose/aws.ts';
import { prepareTemporal } from './compose/prepare-temporal.ts';
import { loadRuleSet } from './compose/rule-set.ts';
import type { Config } from './config.ts';
import { openConnections, temporalConnectionOf, type Connections } from './connections.ts';

const reconcileEveryMs = 10_000;
const dayMs = 86_400_000;

/** Logs go to stderr as JSON lines; the SDK's own come with them. */
const createLog = (level: Config['log']['level']): Logger => {
  const log = pino({ level, base: { pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
  installRuntime(level === 'debug' ? 'debug' : 'warn', (line) => log[line.level](line.meta, line.message));
  return log;
};

/** Takes over the configured accounts, and gives each its poll schedule; a new one is polled at once. */
const scheduleAccounts = async (config: Config, ruleSet: RuleSet, { store, polling }: Connections): Promise<void> => {
  const now = new Date().toISOString() as Instant;
  const atLeastMs = config.collection.historyDays * dayMs;
  await syncAccounts(store, config.accounts, { historyMs: historyNeededMs(ruleSet.rules, atLeastMs), now });
  for (const { id: accountId, pollIntervalMs: intervalMs, lifecycle } of config.accounts)
    await ensurePollSchedule(polling, { accountId, intervalMs, paused: lifecycle !== 'watched' });
  await ensureReconcileSchedule(polling, reconcileEveryMs);
};

const pollWatchedNow = async (config: Config, { polling }: Connections): Promise<void> => {
  for (const { id, lifecycle } of config.accounts) if (lifecycle === 'watched') await pollNow(polling, id);
};

const specsOf = (config: Config, activities: ReturnType<typeof composeActivities>): readonly WorkerSpec[] => {
  const { polling, cases } = config.temporal.namespaces;
  const { orchestrate, collect, evidence, respond } = taskQueues;
  return [
    {
      namespace: polling,
      taskQueue: orchestrate,
      workflows: true,
      activities: activities.detect,
      maxCachedWorkflows: 150,
    },
    { namespace: polling, taskQueue: collect, workflows: false, activities: activities.collect },
    { namespace: cases, taskQueue: orchestrate, workflows: true, maxCachedWorkflows: 1_200 },
    { namespace: cases, taskQueue: evidence, workflows: false, activities: activities.investigate },
    {
      namespace: cases,
      taskQueue: respond,
      workflows: false,
      activities: activities.respond,
      maxConcurrentActivities: 10,
    },
  ];
};

/**
 * Runs the workers of both namespaces until SIGTERM or Ctrl-C, then lets running activities end. Any number of processes may run.
 * @throws what is missing or wrong: WorkflowBundleError, CodecKeyError, TemporalUnreachableError, NotRunningError, RuleSetError, ...
 */
export const runWorker = async (config: Config, options: { readonly bundleFile?: string } = {}): Promise<void> => {
  const log = createLog(config.log.level);
  const bundleFile = options.bundleFile ?? (await requireWorkflowBundle());
  const [approverKeys, ruleSet] = [await loadApproverKeys(config), await loadRuleSet(config, (line) => log.warn(line))];
  await prepareTemporal(config);
  const connections = await openConnections(config);
  const { store, dataConverter } = connections;
  await store.migrate();
  const ownCalls = createOwnCallRecorder(store.db);
  const aws = composeAws(config, (call) => ownCalls.note(call));
  const native = await connectWorkers(temporalConnectionOf(config));
  try {
    const doorbells = createDoorbells(connections);
    const activities = composeActivities({ config, store, aws, ownCalls, doorbells, ruleSet, approverKeys });
    const workers = await createWorkers({
      connection: native,
      dataConverter,
      bundleFile,
      specs: specsOf(config, activities),
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        log.info(`${signal}: taking no more work`);
        workers.shutdown();
      });
    await scheduleAccounts(config, ruleSet, connections);
    const running = workers.run();
    await pollWatchedNow(config, connections);
    log.info({ accounts: config.accounts.length, rules: ruleSet.rules.length }, 'working');
    await running;
  } finally {
    await native.close();
    aws.destroy();
    await ownCalls.flush().catch((error: unknown) => log.error(String(error)));
    await connections.close();
  }
};
