import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftover } from '../../adapters/embedded/pid-file.ts';
import { freePort } from '../../adapters/embedded/free-port.ts';
import { createKeyFileIfMissing, loadKeyRing } from '../../adapters/temporal/codec-keys.ts';
import { startCodecServer } from '../../adapters/temporal/codec-server.ts';
import { createPayloadCodec } from '../../adapters/temporal/codec.ts';
import { installRuntime } from '../../adapters/temporal/runtime.ts';
import { defaultBundleFile, ensureWorkflowBundle } from '../../adapters/temporal/workflow-bundle.ts';
import { prepareTemporal, requireTemporal } from '../compose/prepare-temporal.ts';
import { composeAws } from '../compose/aws.ts';
import { composeRegister, whyResponsesAreStopped } from '../compose/responder-memory.ts';
import type { Connections } from '../compose/connections.ts';
import { requireNamedAccounts } from '../compose/schedule-accounts.ts';
import { takeOver } from '../compose/take-over.ts';
import { loadConfig, type Config } from '../config/config.ts';
import { counted } from '../../model/counted.ts';
import { forgetRunningCopy, writeRunningCopy } from '../compose/running-copy.ts';
import { createLocalApproverIfMissing } from './approver-files.ts';
import { startCommand } from './child-program.ts';
import { dataFolderFault, filesOf, takeDataFolder } from './data-folder.ts';
import { assertTemporalIsOurs, runStore, runTemporal } from './servers.ts';
import { allowFreshStart, forgetAll } from './fresh.ts';
import { startSimulatedAws, writeSimulatedConfig, type SimulatedAws } from './simulated-aws.ts';
import { createScreen, type Screen } from './screen.ts';
import { createShownPlans, takeKeys } from './key-controls.ts';
import { runStory } from './story.ts';
import { supervise } from './supervise.ts';

/** What else a person asked for. */
export interface StartOptions {
  /** Temporal's web UI and what decodes payloads for it: doors that others on this machine could try. */
  readonly temporalUi?: boolean;
  /** Forgets first all that was kept; `yes` confirms it where real accounts are watched. */
  readonly fresh?: boolean;
  readonly yes?: boolean;
}

/** What was started, to be stopped in the opposite order. */
function createStopStack() {
  const stops: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  return {
    add: (name: string, stop: () => Promise<void>): void => void stops.push({ name, stop }),
    stopAll: async (screen: Screen): Promise<void> => {
      for (const { name, stop } of stops.splice(0).toReversed()) {
        try {
          await stop();
        } catch (error) {
          screen.warn(`${name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
  };
}
type StopStack = ReturnType<typeof createStopStack>;

const childNames = ['worker', 'simulator', 'temporal'] as const;

/** A killed run leaves its children behind; PostgreSQL's is looked for by its own lock file when it starts. */
async function endLeftovers(dataDir: string, screen: Screen): Promise<void> {
  for (const name of childNames) {
    const outcome = await endLeftover(filesOf(dataDir).pidFile(name));
    if (outcome === 'ended') screen.note(`ended the ${name} that an earlier run had left behind`);
  }
}

/** An attacker who does the same again and again is told once; that it is refused from now on is another text. */
function toldOnce(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
}

/** In the simulation, the accounts come from the simulated AWS; its configuration is written at each start. */
async function simulate(dataDir: string, screen: Screen, stops: StopStack): Promise<Config> {
  const tellOnce = toldOnce((text) => screen.simulated(text));
  const simulator = await supervise<SimulatedAws>({
    name: 'the simulated AWS',
    pidFile: filesOf(dataDir).pidFile('simulator'),
    onLine: (line) => screen.warn(line),
    start: (first) => {
      const port = first === undefined ? 0 : Number(new URL(first.description.url).port);
      return startSimulatedAws(dataDir, port, tellOnce);
    },
  });
  stops.add('the simulated AWS', () => simulator.stop());
  return loadConfig(await writeSimulatedConfig(dataDir, simulator.first.description), process.env);
}

/** Serves what Temporal's web UI and command need to show payloads, to who knows the token in the owner's file. */
async function startCodec(config: Config, uiUrl: string, screen: Screen, stops: StopStack): Promise<void> {
  const { codecEndpoint } = filesOf(config.dataDir);
  const server = await startCodecServer({
    codec: createPayloadCodec(await loadKeyRing(config.codec.keyFile)),
    port: await freePort(config.codec.port),
    token: randomBytes(24).toString('base64url'),
    allowedOrigins: [uiUrl, uiUrl.replace('127.0.0.1', 'localhost')],
  });
  stops.add('the codec server', async () => {
    await rm(codecEndpoint, { force: true });
    await server.close();
  });
  await rm(codecEndpoint, { force: true });
  await writeFile(codecEndpoint, `${server.url}\n`, { mode: 0o600, flag: 'wx' });
  screen.note(`Temporal web UI: ${uiUrl}/namespaces/${config.temporal.namespaces.cases}/workflows`);
  screen.note(`what it shows is encrypted: give its data encoder the codec endpoint in ${codecEndpoint}`);
}

/** Temporal, store, and what was asked for; resolves when all of them serve and other commands can find them. */
async function startServers(
  config: Config,
  { temporalUi }: StartOptions,
  screen: Screen,
  stops: StopStack,
): Promise<void> {
  await createKeyFileIfMissing(config.codec.keyFile);
  await createLocalApproverIfMissing(config.dataDir);
  function warn(line: string): void {
    screen.warn(line);
  }

  const [store, temporal] = await Promise.allSettled([
    runStore(config, warn),
    runTemporal(config, { ui: temporalUi === true }, warn),
  ]);
  if (store.status === 'fulfilled') stops.add('PostgreSQL', () => store.value.stop());
  if (temporal.status === 'fulfilled') stops.add('the Temporal server', () => temporal.value.stop());
  if (store.status === 'rejected') throw store.reason;
  if (temporal.status === 'rejected') throw temporal.reason;

  const { address, uiUrl } = temporal.value;
  await writeRunningCopy(config.dataDir, {
    pid: process.pid,
    temporalAddress: address,
    storeUrl: store.value.url,
    ...(uiUrl === undefined ? {} : { temporalUiUrl: uiUrl }),
  });
  stops.add('the note of where the servers are', () => forgetRunningCopy(config.dataDir));

  // A Temporal of somebody's own is set up by `trailhound setup`: whoever runs workers may not be allowed to.
  await (config.temporal.address === undefined ? prepareTemporal(config) : requireTemporal(config));
  const offersUi = uiUrl === undefined && config.temporal.address === undefined;
  screen.note(`Temporal answers at ${address}${offersUi ? ' (its web UI: start with --temporal-ui)' : ''}`);
  if (uiUrl !== undefined) await startCodec(config, uiUrl, screen, stops);
}

/**
 * The worker does so as well, but one that is refused would be started again and again; so would one whose store watches other
 * accounts than are configured.
 */
async function takeOverOnce(config: Config, screen: Screen): Promise<void> {
  installRuntime('error', ({ message }) => screen.warn(message));
  const { connections, replayed } = await takeOver(config, defaultBundleFile);
  try {
    if (replayed !== null && replayed > 0) screen.note(`${counted(replayed, 'open workflow')} fit this version`);
    await requireNamedAccounts(config, connections.store);
    await warnOfStoppedResponses(config, connections.store, screen);
  } finally {
    await connections.close();
  }
}

/** After a restore, register and store may be of different times: whoever approves has to know before that nothing will be done. */
async function warnOfStoppedResponses(config: Config, store: Connections['store'], screen: Screen): Promise<void> {
  const aws = composeAws(config);
  try {
    const stopped = await whyResponsesAreStopped(composeRegister(config, aws), store);
    if (stopped !== null) screen.warn(stopped.message);
  } finally {
    aws.destroy();
  }
}

async function startWorker(config: Config, screen: Screen, stops: StopStack): Promise<void> {
  const files = filesOf(config.dataDir);
  await ensureWorkflowBundle();
  await takeOverOnce(config, screen);
  const worker = await supervise({
    name: 'the worker',
    pidFile: files.pidFile('worker'),
    onLine: (line) => screen.warn(line),
    start: () =>
      startCommand(
        ['worker', '--bundle', defaultBundleFile, ...(config.file === undefined ? [] : ['--config', config.file])],
        { logFile: files.log('worker') },
      ),
  });
  stops.add('the worker', () => worker.stop());
}

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP, or when the script that started us is gone, to what it was; later ones only
 * say that it is under way.
 */
function untilAsked(screen: Screen): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    function ask(how: string): void {
      if (asked) screen.note('still stopping; running steps end first');
      asked = true;
      resolve(how);
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ask(signal));
    process.on('disconnect', () => ask('the starting script is gone'));
    // Only told of; it must not keep us running.
    process.channel?.unref();
  });
}

/** Which accounts are watched, and where AWS's calls go if not to AWS. */
function watchedHeadline({ accounts, aws }: Config): string {
  const names = accounts.map(({ name }) => name).join(', ') || 'none configured yet';
  return aws.endpoint === undefined
    ? `Trailhound on real AWS accounts: ${names}.`
    : `Trailhound on accounts of a stand-in of AWS at ${aws.endpoint}: ${names}.`;
}

/**
 * Runs everything on this machine until it is asked to stop, then stops everything in the opposite order.
 * Without a configuration file it simulates AWS, and says so in the first line.
 * @throws AlreadyRunningError, DataFolderError, EmbeddedServerError and what a part says when it cannot start
 */
export async function start(given: Config, options: StartOptions = {}): Promise<void> {
  const screen = createScreen(process.stdout, process.stderr);
  const simulated = given.file === undefined;
  screen.headline(
    simulated ? 'Trailhound on a simulated AWS: no real AWS account is touched.' : watchedHeadline(given),
  );
  if (options.fresh === true) allowFreshStart(given, options.yes === true);
  if (options.temporalUi === true) assertTemporalIsOurs(given);
  const stop = new AbortController();
  const asked = untilAsked(screen).then((how) => {
    stop.abort();
    screen.note(`${how}: stopping`);
  });
  try {
    await run(given, options, screen, stop.signal);
    await asked;
  } catch (error) {
    // What is stopped while it starts ends as it may: that is no error of ours or of the disk.
    if (!stop.signal.aborted) throw dataFolderFault(given.dataDir, error);
  }
  screen.note('stopped; the next start goes on from here');
}

/** Runs everything until `signal` ends it, which it does between any two steps of a start, too. */
async function run(given: Config, options: StartOptions, screen: Screen, signal: AbortSignal): Promise<void> {
  const folder = await takeDataFolder(given.dataDir, (line) => screen.note(line), signal);
  signal.addEventListener('abort', () => folder.noteStopping());
  const stops = createStopStack();
  try {
    signal.throwIfAborted();
    await endLeftovers(given.dataDir, screen);
    if (options.fresh === true) {
      await forgetAll(given.dataDir);
      await mkdir(join(given.dataDir, 'logs'), { mode: 0o700 });
      screen.note('all that was kept is forgotten');
    }
    signal.throwIfAborted();
    const config = given.file === undefined ? await simulate(given.dataDir, screen, stops) : given;
    signal.throwIfAborted();
    await startServers(config, options, screen, stops);
    signal.throwIfAborted();
    await startWorker(config, screen, stops);
    const plans = createShownPlans();
    const releaseKeys = takeKeys({ config, screen, plans });
    stops.add('the keyboard', async () => releaseKeys());
    await runStory(config, screen, plans, signal);
  } finally {
    await stops.stopAll(screen);
    await folder.release();
  }
}
