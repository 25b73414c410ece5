import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'smol-toml';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { startPostgresServer } from '../../src/adapters/embedded/postgres-server.ts';
import { type ServerProcess, startServerProcess } from '../../src/adapters/embedded/server-process.ts';
import { findTemporal, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';
import { startTemporalServer } from '../../src/adapters/embedded/temporal-server.ts';
import { createKeyFileIfMissing } from '../../src/adapters/temporal/codec-keys.ts';
import { buildWorkflowBundle } from '../../src/adapters/temporal/workflow-bundle.ts';
import { generateApproverKey } from '../../src/approval/approver-key.ts';
import { prepareTemporal } from '../../src/entry/compose/prepare-temporal.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import type { Instant } from '../../src/model/ids.ts';
import { plantLedgers } from './plant-ledgers.ts';

export interface InstallationOptions {
  readonly accounts: number;
  readonly regions: readonly string[];
  readonly pollIntervalS: number;
  /** Cases may ask AWS too. */
  readonly readsEvidence?: boolean;
  readonly onLine: (line: string) => void;
}

/** Everything on one machine: the simulated AWS, PostgreSQL, Temporal and one worker, a process each. */
export interface Installation {
  readonly parts: Readonly<Record<'worker' | 'Temporal' | 'PostgreSQL' | 'simulator', number>>;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly pollingNamespace: string;
  readonly casesNamespace: string;
  readonly codecKeyFile: string;
  readonly requestLog: string;
  readonly simulatorUrl: string;
  /** Resolves when every account has its schedule. */
  readonly working: Promise<void>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const pollingNamespace = 'bench-polling';
const casesNamespace = 'bench-cases';

/** Starts an installation as an operator would have it, with its own defaults but for the poll interval, that has watched for days. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-bench-'));
  await chmod(folder, 0o711); // PostgreSQL may run as another user
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  async function stop() {
    for (const one of stops.splice(0).toReversed()) await one();
  }
  try {
    const requestLog = join(folder, 'requests.ndjson');
    const simulator = await startSimulatorProcess(requestLog);
    stops.push(() => simulator.process.stop());
    const world = await addAccounts(simulator.url, options);
    const postgres = await startPostgresServer({
      dataDir: join(folder, 'postgres'),
      password: randomBytes(16).toString('hex'),
    });
    stops.push(() => postgres.stop());
    const temporal = await startTemporalServer({
      executable: await findTemporal(temporalSources(process.env), options.onLine),
      databaseFile: join(folder, 'temporal.sqlite'),
    });
    stops.push(() => temporal.stop());
    const bundleFile = join(folder, 'bundle.js');
    await buildWorkflowBundle(bundleFile);
    const databaseUrl = postgres.url('postgres');
    const config = await writeConfig(folder, world, { ...options, databaseUrl, temporalAddress: temporal.address });
    await prepareTemporal(loadConfig(config, {}));
    await watchForDays(databaseUrl, config, options.pollIntervalS);
    const working = Promise.withResolvers<void>();
    const worker = await startServerProcess({
      name: 'the worker',
      executable: process.execPath,
      args: [join(root, 'src/entry/cli/main.ts'), 'worker', '--config', config, '--bundle', bundleFile],
      onLine: (line) => {
        if (line.includes('"msg":"working"')) working.resolve();
        else options.onLine(`worker: ${line}`);
      },
    });
    void worker.ended.then((how) => working.reject(new Error(`the worker ended: ${how}`)));
    stops.push(() => worker.stop());
    return {
      parts: {
        worker: worker.pid,
        Temporal: temporal.pid,
        PostgreSQL: postgres.pid,
        simulator: simulator.process.pid,
      },
      databaseUrl,
      temporalAddress: temporal.address,
      pollingNamespace,
      casesNamespace,
      codecKeyFile: join(folder, 'data', 'codec.key'),
      requestLog,
      simulatorUrl: simulator.url,
      working: working.promise,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function watchForDays(databaseUrl: string, configFile: string, pollIntervalS: number): Promise<void> {
  const store = openStore(databaseUrl);
  await store.migrate();
  const now = Date.now();
  const { accounts } = loadConfig(configFile, {});
  await syncAccounts(store, accounts, { historyMs: 0, now: new Date(now).toISOString() as Instant });
  await store.close();
  await plantLedgers(databaseUrl, pollIntervalS, now);
}

interface RoleDescription {
  readonly arn: string;
  readonly externalId: string;
}

interface World {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly accounts: readonly {
    readonly id: string;
    readonly regions: readonly string[];
    readonly roles: Readonly<Record<'poll' | 'evidence' | 'respond', RoleDescription>>;
  }[];
}

async function startSimulatorProcess(requestLog: string): Promise<{ process: ServerProcess; url: string }> {
  const ready = Promise.withResolvers<string>();
  const server = await startServerProcess({
    name: 'the simulated AWS',
    executable: process.execPath,
    args: [join(root, 'simulator/main.ts'), '--request-log', requestLog],
    onLine: (line) => {
      const url = /"url":"([^"]+)"/u.exec(line)?.[1];
      if (url !== undefined) ready.resolve(url);
    },
  });
  return { process: server, url: await ready.promise };
}

async function addAccounts(url: string, { accounts, regions }: InstallationOptions): Promise<World> {
  for (let index = 0; index < accounts; index += 1) {
    const body = JSON.stringify({ id: String(100_000_000_000 + index), regions });
    const answer = await fetch(`${url}/_control/accounts`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`the simulator refused an account: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  return (await (await fetch(`${url}/_control/world`)).json()) as World;
}

async function writeConfig(
  folder: string,
  world: World,
  given: InstallationOptions & { readonly databaseUrl: string; readonly temporalAddress: string },
): Promise<string> {
  const dataDir = join(folder, 'data');
  await mkdir(dataDir, { mode: 0o700 });
  await createKeyFileIfMissing(join(dataDir, 'codec.key'));
  const approver = join(dataDir, 'approver.pub');
  await writeFile(approver, generateApproverKey().publicKeyPem);
  const credentials = join(dataDir, 'credentials');
  const { accessKeyId, secretAccessKey } = world.credentials;
  await writeFile(
    credentials,
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    { mode: 0o600 },
  );
  function role({ arn, externalId }: RoleDescription) {
    return { arn, external_id: externalId };
  }
  const file = join(folder, 'trailhound.toml');
  const settings = {
    data_dir: dataDir,
    installation: 'bench',
    temporal: { address: given.temporalAddress, polling_namespace: pollingNamespace, cases_namespace: casesNamespace },
    store: { url: given.databaseUrl },
    aws: { endpoint: world.url, credentials_file: credentials },
    collection: { poll_interval: `${given.pollIntervalS}s`, history: '0s' },
    approval: { approvers: [{ name: 'bench', public_key_file: approver }] },
    accounts: world.accounts.map(({ id, regions, roles }) => ({
      id,
      regions,
      poll_role: role(roles.poll),
      ...(given.readsEvidence === true ? { evidence_role: role(roles.evidence) } : {}),
    })),
  };
  await writeFile(file, stringify(settings), { mode: 0o600 });
  return file;
}
