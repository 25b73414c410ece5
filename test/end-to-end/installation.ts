import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'smol-toml';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { createKeyFileIfMissing } from '../../src/adapters/temporal/codec-keys.ts';
import { generateApproverKey } from '../../src/approval/approver-key.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { type Connections, openConnections, openMigratedStore } from '../../src/entry/compose/connections.ts';
import { type SearchResult, searchForSecret } from '../harness/secret-search.ts';
import { testDatabaseUrl, testTemporal, testWorkflowBundle } from '../harness/test-servers.ts';

const program = 'src/entry/cli/main.ts';
const lookEveryMs = 200;
const patienceMs = 150_000;

/** How a command of the real command line ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface InstallationOptions {
  readonly simulator: SimulatorOptions;
  /** Sections of the configuration file, over the compressed delays that tests have by default. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * A real installation: a simulated AWS, the real Temporal server and PostgreSQL, a configuration file, keys, and a worker as a process
 * of its own; what a person would type is run as processes too.
 */
export interface Installation {
  readonly folder: string;
  readonly simulator: Simulator;
  /** Of the two keys, `alice.key` is an approver's, `mallory.key` is nobody's. */
  readonly keys: { readonly alice: string; readonly mallory: string };
  readonly connections: Connections;
  startWorker(): Promise<void>;
  stopWorker(signal?: NodeJS.Signals): Promise<void>;
  /** Runs a command of the command line; its output is kept for the search for secrets. */
  trailhound(...args: readonly string[]): Promise<Ended>;
  /** The same, for commands that must succeed and print JSON. */
  json<T>(...args: readonly string[]): Promise<T>;
  /** Looks for a secret in both namespaces, the database, every file of the folder and all outputs. */
  searchFor(secret: string): Promise<SearchResult>;
  /** Adds a text to what is searched. */
  keepText(name: string, text: string): void;
  /** Waits until a look finds something. */
  until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T>;
  close(): Promise<void>;
}

const compressed = {
  collection: { poll_interval: '2s', sweep_delays: ['15s', '60s'], history: '7d' },
  approval: { expires_after: '1h' },
  response: { watch: '6s', watch_grace: '2s', settle: '2s', trail_proof_timeout: '1m' },
} as const;

async function writeKeys(folder: string) {
  const files = { alice: join(folder, 'alice.key'), mallory: join(folder, 'mallory.key') };
  for (const file of Object.values(files)) {
    const { privateKeyPem, publicKeyPem } = generateApproverKey();
    await writeFile(file, privateKeyPem, { mode: 0o600 });
    await writeFile(file.replace(/\.key$/, '.pub'), publicKeyPem);
  }
  return files;
}

function role({ arn, externalId }: { readonly arn: string; readonly externalId: string }) {
  return {
    arn,
    external_id: externalId,
  };
}

async function settingsOf({ url, world }: Simulator, given: InstallationOptions['settings'] = {}) {
  const temporal = await testTemporal();
  function section(name: keyof typeof compressed) {
    return { ...compressed[name], ...given[name] };
  }
  return {
    data_dir: '.',
    installation: 'end-to-end',
    temporal: {
      address: temporal.address,
      polling_namespace: await temporal.createNamespace(),
      cases_namespace: await temporal.createNamespace(),
    },
    store: { url: await testDatabaseUrl() },
    aws: { endpoint: url, region: world.credentials.region, credentials_file: 'aws-credentials' },
    accounts: world.accounts.map(({ id, name, partition, regions, roles }) => ({
      id,
      name,
      partition,
      regions,
      poll_role: role(roles.poll),
      evidence_role: role(roles.evidence),
      respond_role: role(roles.respond),
    })),
    log: { level: 'debug' },
    ...given,
    collection: section('collection'),
    approval: { ...section('approval'), approvers: [{ name: 'alice', public_key_file: 'alice.pub' }] },
    response: section('response'),
  };
}

function runProgram(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : Number(error !== null), out, err });
    });
  });
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** Opens an installation; its worker is not started yet. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-e2e-'));
  await chmod(folder, 0o700);
  const simulator = await startSimulator(options.simulator);
  const keys = await writeKeys(folder);
  await createKeyFileIfMissing(join(folder, 'codec.key'));
  const { accessKeyId, secretAccessKey } = simulator.world.credentials;
  await writeFile(
    join(folder, 'aws-credentials'),
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    { mode: 0o600 },
  );
  const configFile = join(folder, 'trailhound.toml');
  const settings = await settingsOf(simulator, options.settings);
  await writeFile(configFile, stringify(settings));
  const config = loadConfig(configFile, {});
  // The worker does so as well; whoever waits may look before that.
  await (await openMigratedStore(config)).close();
  const connections = await openConnections(config);

  const logFile = join(folder, 'worker.log');
  const texts: Record<string, string> = {};
  let worker: ChildProcess | undefined;
  let outputs = 0;

  async function startWorker(): Promise<void> {
    const { codePath } = await testWorkflowBundle();
    const log = createWriteStream(logFile, { flags: 'a' });
    await once(log, 'open');
    worker = spawn(process.execPath, [program, '--config', configFile, 'worker', '--bundle', codePath], {
      stdio: ['ignore', log, log],
    });
    log.close();
  }
  async function stopWorker(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (worker !== undefined) await endProcess(worker, signal);
    worker = undefined;
  }
  async function trailhound(...args: readonly string[]): Promise<Ended> {
    const ended = await runProgram(['--config', configFile, ...args]);
    outputs += 1;
    texts[`output ${outputs} of ${args.slice(0, 2).join(' ')}`] = `${ended.out}\n${ended.err}`;
    return ended;
  }
  /** What went wrong, and what there was last. */
  async function logTail(): Promise<string> {
    const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n');
    const notable = lines.filter((line) => !/^\{"level":[123]0,/.test(line));
    return [...notable.slice(-20), ...lines.slice(-3)].join('\n');
  }

  return {
    folder,
    simulator,
    keys,
    connections,
    startWorker,
    stopWorker,
    trailhound,
    json: async <T>(...args: readonly string[]) => {
      const { code, out, err } = await trailhound(...args, '--json');
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
      return JSON.parse(out) as T; // the caller says what it expects, and looks at it
    },
    searchFor: async (secret) =>
      searchForSecret(secret, {
        clients: [connections.polling, connections.cases],
        codecs: connections.dataConverter.payloadCodecs ?? [],
        databaseUrls: [settings.store.url],
        folders: [{ path: folder }],
        texts: { ...texts, 'the log of the worker': await readFile(logFile, 'utf8') },
      }),
    keepText: (name, text) => {
      texts[name] = text;
    },
    until: async (what, look) => {
      const giveUpAt = Date.now() + patienceMs;
      for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        if (worker !== undefined && worker.exitCode !== null)
          throw new Error(`the worker ended (${worker.exitCode}) before ${what}:\n${await logTail()}`);
        if (Date.now() > giveUpAt)
          throw new Error(`waited in vain until ${what}; the worker's log:\n${await logTail()}`);
        await delay(lookEveryMs);
      }
    },
    close: async () => {
      await stopWorker();
      await connections.close();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
