import type { NativeConnection } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { accountOrigins, listAccounts, syncAccounts } from '../adapters/store/accounts/account-store.ts';
import type { Store } from '../adapters/store/database.ts';
import { recordInventories } from '../adapters/store/audit/inventory-log.ts';
import { createOwnCallRecorder } from '../adapters/store/collection/own-call-recorder.ts';
import { connectWorkers } from '../adapters/temporal/connection.ts';
import { createDoorbells } from '../adapters/temporal/doorbells.ts';
import { createResponseEnds } from '../adapters/temporal/response-ends.ts';
import { installRuntime } from '../adapters/temporal/runtime.ts';
import {
  ensureReconcileSchedule,
  type PollSchedule,
  pollNow,
  syncPollSchedules,
} from '../adapters/temporal/schedules.ts';
import { requireWorkflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import { createWorkers, type WorkerSpec } from '../adapters/temporal/workers.ts';
import { taskQueues } from '../messages/task-queues.ts';
import type { RuleSet } from '../detection/engine.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import { composeActivities, historyMsOf } from './compose/activities.ts';
import { loadApproverKeys } from './compose/approver-keys.ts';
import { composeAws } from './compose/aws.ts';
import { openEnrichment } from './compose/enrichment.ts';
import { requireTemporal } from './compose/prepare-temporal.ts';
import { composeResponderMemory, whyResponsesAreStopped } from './compose/responder-memory.ts';
import { inventoriesOf } from './compose/inventories.ts';
import { loadRuleSet } from './compose/rule-set.ts';
import { takeOver } from './compose/take-over.ts';
import type { Config } from './config/config.ts';
import { takeInNotedCalls } from './doctor/noted-calls.ts';
import { safeJsonText } from '../model/safe-text.ts';
import { temporalConnectionOf, type Connections } from './compose/connections.ts';

const reconcileEveryMs = 10_000;

/** Logs go to stderr as JSON lines; the SDK's own come with them. */
function createLog(level: Config['log']['level']): Logger {
  const log = pino(
    { level, base: { pid: process.pid }, hooks: { streamWrite: (line) => safeJsonText(line) } },
    pino.destination({ fd: 2, sync: true }),
  );
  installRuntime(level === 'debug' ? 'debug' : 'warn', (line) => log[line.level](line.meta, line.message));
  return log;
}

/** The configured accounts, and those that were added by command. */
async function polledAccounts(config: Config, { db }: Store): Promise<readonly PollSchedule[]> {
  const origins = await accountOrigins(db);
  const added = (await listAccounts(db)).filter(({ id }) => origins.get(id) === 'command');
  return [
    ...config.accounts.map((account) => ({ ...account, paused: account.lifecycle === 'paused' })),
    // A pause by command is kept by the store: its schedule goes on, so that reading does when the pause is over.
    ...added.map((account) => ({ ...account, paused: false })),
  ]
    .filter(({ lifecycle }) => lifecycle !== 'retired')
    .map(({ id: accountId, pollIntervalMs: intervalMs, paused }) => ({ accountId, intervalMs, paused }));
}

/**
 * Takes over the configured accounts, and brings the poll schedules in line; returns the watched ones that had none yet.
 * @throws UnnamedAccountsError
 */
async function scheduleAccounts(
  config: Config,
  ruleSet: RuleSet,
  { store, polling }: Connections,
): Promise<readonly AccountId[]> {
  const now = new Date().toISOString() as Instant;
  await syncAccounts(store, config.accounts, { historyMs: historyMsOf(config, ruleSet.rules), now });
  const wanted = await polledAccounts(config, store);
  const { created } = await syncPollSchedules(polling, wanted);
  await ensureReconcileSchedule(polling, reconcileEveryMs);
  return created.filter((id) => wanted.some(({ accountId, paused }) => accountId === id && !paused));
}

/** More new accounts than this wait for their own places in the interval: all at once would hold each other up for minutes. */
const mostPolledAtOnce = 20;

/** Nobody wants to wait minutes for the first look into a new account; those that were known go on by their schedules. */
async function pollNew(fresh: readonly AccountId[], { polling }: Connections): Promise<void> {
  if (fresh.length <= mostPolledAtOnce) for (const id of fresh) await pollNow(polling, id);
}

/** Fewer than the store has connections for: what is written down of a case, and detection, need theirs. */
const gatheringsAtOnce = 4;

function specsOf(config: Config, activities: ReturnType<typeof composeActivities>): readonly WorkerSpec[] {
  const { polling, cases } = config.temporal.namespaces;
  const { orchestrate, collect, evidence, record, respond } = taskQueues;
  const ofCases = { ...activities.gather, ...activities.caseActs, ...activities.investigate };
  return [
    {
      namespace: polling,
      taskQueue: orchestrate,
      workflows: true,
      activities: activities.detect,
      maxCachedWorkflows: 150,
    },
    { namespace: polling, taskQueue: collect, workflows: false, activities: activities.collect },
    {
      namespace: cases,
      taskQueue: orchestrate,
      workflows: true,
      localActivities: ofCases,
      maxCachedWorkflows: 1_200,
    },
    {
      namespace: cases,
      taskQueue: evidence,
      workflows: false,
      activities: ofCases,
      maxConcurrentActivities: gatheringsAtOnce,
    },
    { namespace: cases, taskQueue: record, workflows: false, activities: ofCases },
    {
      namespace: cases,
      taskQueue: respond,
      workflows: false,
      activities: activities.respond,
      maxConcurrentActivities: 10,
    },
  ];
}

/**
 * Runs the workers of both namespaces until SIGTERM or Ctrl-C, then lets running activities end. Any number of processes may run.
 * @throws what is missing or wrong: WorkflowBundleError, CodecKeyError, TemporalUnreachableError, NotRunningError, RuleSetError, ...
 */
export async function runWorker(config: Config, options: { readonly bundleFile?: string } = {}): Promise<void> {
  const log = createLog(config.log.level);
  const bundleFile = options.bundleFile ?? (await requireWorkflowBundle());
  const approverKeys = await loadApproverKeys(config);
  const enrich = await openEnrichment(config);
  const ruleSet = await loadRuleSet(config, (line) => log.warn(line), enrich?.gives);
  await requireTemporal(config);
  const { connections, replayed } = await takeOver(config, bundleFile);
  const { store, workerDataConverter: dataConverter } = connections;
  const ownCalls = createOwnCallRecorder(store.db);
  const aws = composeAws(config, (call) => ownCalls.note(call));
  await takeInNotedCalls(config.dataDir, ownCalls);
  const natives = new Map<string, NativeConnection>();
  try {
    if (replayed !== null) log.info({ replayed }, 'open workflows fit this version');
    await recordInventories(
      store.db,
      inventoriesOf(config, ruleSet, approverKeys),
      new Date().toISOString() as Instant,
    );
    for (const use of ['polling', 'cases'] as const)
      natives.set(config.temporal.namespaces[use], await connectWorkers(temporalConnectionOf(config, use)));
    const doorbells = createDoorbells(connections);
    const responder = await composeResponderMemory(config, aws);
    const stopped = await whyResponsesAreStopped(responder.register, store);
    if (stopped !== null) log.error(stopped.message);
    const activities = composeActivities({
      config,
      responder,
      store,
      aws,
      ownCalls,
      doorbells,
      responses: createResponseEnds(connections.cases),
      ruleSet,
      enrich,
      approverKeys,
      log,
    });
    // Before there are workers: whoever is refused here has none that would hold its connections open.
    const fresh = await scheduleAccounts(config, ruleSet, connections);
    const workers = await createWorkers({
      connections: natives,
      dataConverter,
      bundleFile,
      specs: specsOf(config, activities),
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        log.info(`${signal}: taking no more work`);
        workers.shutdown();
      });
    const running = workers.run();
    await pollNew(fresh, connections).catch(async (error: unknown) => {
      workers.shutdown();
      await running;
      throw error;
    });
    if (config.accounts.length === 0)
      log.warn('no account is configured: add an [[accounts]] block, or run `trailhound accounts add`');
    log.info({ accounts: config.accounts.length, rules: ruleSet.rules.length }, 'working');
    await running;
  } finally {
    for (const native of natives.values()) await native.close();
    aws.destroy();
    await ownCalls.flush().catch((error: unknown) => log.error(String(error)));
    await connections.close();
  }
}
