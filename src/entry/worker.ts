import type { NativeConnection } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { connectWorkers } from '../adapters/temporal/connection.ts';
import { createDoorbells } from '../adapters/temporal/doorbells.ts';
import { createResponseEnds } from '../adapters/temporal/response-ends.ts';
import { installRuntime } from '../adapters/temporal/runtime.ts';
import { pollNow } from '../adapters/temporal/schedules.ts';
import { requireWorkflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import { createWorkers, type WorkerSpec } from '../adapters/temporal/workers.ts';
import { taskQueues } from '../messages/task-queues.ts';
import type { AccountId } from '../model/ids.ts';
import { composeActivities } from './compose/activities.ts';
import { loadApproverKeys } from './compose/approver-keys.ts';
import { composeNotedAws } from './compose/aws.ts';
import { openEnrichment } from './compose/enrichment.ts';
import { requireTemporal } from './compose/prepare-temporal.ts';
import { composeResponderMemory, whyResponsesAreStopped } from './compose/responder-memory.ts';
import { inventoriesOf, recordWhatIsRunWith } from './compose/inventories.ts';
import { loadRuleSet } from './compose/rule-set.ts';
import { requireNamedAccounts, scheduleAccounts, untilOthersAreWatched } from './compose/schedule-accounts.ts';
import { takeOver } from './compose/take-over.ts';
import type { Config } from './config/config.ts';
import { takeInNotedCalls } from './doctor/noted-calls.ts';
import { safeJsonText } from '../model/safe-text.ts';
import { temporalConnectionOf, type Connections } from './compose/connections.ts';

/** Logs go to stderr as JSON lines; the SDK's own come with them. */
function createLog(level: Config['log']['level']): Logger {
  const log = pino(
    { level, base: { pid: process.pid }, hooks: { streamWrite: (line) => safeJsonText(line) } },
    pino.destination({ fd: 2, sync: true }),
  );
  installRuntime(level === 'debug' ? 'debug' : 'warn', (line) => log[line.level](line.meta, line.message));
  return log;
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
      activities: ofCases,
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
  const { aws, ownCalls } = composeNotedAws(config, store);
  await takeInNotedCalls(config.dataDir, ownCalls);
  const natives = new Map<string, NativeConnection>();
  const ended = new AbortController();
  try {
    if (replayed !== null) log.info({ replayed }, 'open workflows fit this version');
    // Before anything is written: whoever is refused ran with nothing.
    await requireNamedAccounts(config, store);
    await recordWhatIsRunWith(store, inventoriesOf(config, ruleSet, approverKeys));
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
    const others = untilOthersAreWatched(config, store, ended.signal);
    void others.then((refused) => refused !== null && workers.shutdown());
    await running;
    ended.abort();
    const refused = await others;
    if (refused !== null) throw refused;
  } finally {
    ended.abort();
    for (const native of natives.values()) await native.close();
    aws.destroy();
    await ownCalls.flush().catch((error: unknown) => log.error(String(error)));
    await connections.close();
  }
}
