import { findTemporal, temporalSources } from '../../adapters/embedded/temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from '../../adapters/embedded/temporal-server.ts';
import { postgresDataDir, startPostgresServer, type PostgresServer } from '../../adapters/embedded/postgres-server.ts';
import type { Config } from '../config/config.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { filesOf, postgresPassword } from './data-folder.ts';
import { supervise } from './supervise.ts';

/** A server that this process runs, or one that the configuration names. */
export interface RunningServer {
  stop(): Promise<void>;
}

export interface RunningTemporal extends RunningServer {
  readonly address: string;
  readonly uiUrl?: string;
}

export interface RunningStore extends RunningServer {
  readonly url: string;
}

const notOurs: RunningServer = { stop: () => Promise.resolve() };

function portOf(address: string): number {
  return Number(new URL(`tcp://${address}`).port);
}

/** The web UI of a Temporal that is not ours is not ours to serve. */
export class TemporalUiError extends TrailhoundError {
  override readonly name = 'TemporalUiError';
  override readonly code = 'temporal-ui';
  constructor(address: string) {
    super(
      `--temporal-ui serves the web UI of the embedded Temporal, and the configuration names one of yours, ${address}`,
      {
        remedy: 'leave --temporal-ui out: that Temporal has a web UI of its own',
      },
    );
  }
}

/** @throws TemporalUiError where the configured Temporal is somebody's own */
export function assertTemporalIsOurs({ temporal: { address } }: Config): void {
  if (address !== undefined) throw new TemporalUiError(address);
}

/** The configured Temporal, else the official development server under supervision. */
export async function runTemporal(
  config: Config,
  options: { readonly ui: boolean },
  say: (line: string) => void,
): Promise<RunningTemporal> {
  if (config.temporal.address !== undefined) return { ...notOurs, address: config.temporal.address };
  const files = filesOf(config.dataDir);
  const executable = await findTemporal(temporalSources(process.env), say);
  const { temporalPort, temporalUiPort } = config.embedded;
  const server = await supervise<TemporalServer>({
    name: 'the Temporal server',
    pidFile: files.pidFile('temporal'),
    onLine: say,
    start: (first) =>
      startTemporalServer({
        executable,
        databaseFile: files.temporalDatabase,
        port: first === undefined ? temporalPort : portOf(first.address),
        ...(options.ui
          ? { uiPort: first?.uiUrl === undefined ? temporalUiPort : Number(new URL(first.uiUrl).port) }
          : {}),
      }),
  });
  const { address, uiUrl } = server.first;
  return { address, ...(uiUrl === undefined ? {} : { uiUrl }), stop: () => server.stop() };
}

/** The configured store, else a PostgreSQL under supervision. */
export async function runStore(config: Config, say: (line: string) => void): Promise<RunningStore> {
  if (config.store.url !== undefined) return { ...notOurs, url: config.store.url };
  const files = filesOf(config.dataDir);
  const password = await postgresPassword(config.dataDir);
  const dataDir = await postgresDataDir(config.dataDir);
  const server = await supervise<PostgresServer>({
    name: 'PostgreSQL',
    pidFile: files.pidFile('postgres'),
    onLine: say,
    start: (first) =>
      startPostgresServer({
        dataDir,
        password,
        port: first === undefined ? config.embedded.postgresPort : portOf(new URL(first.url('postgres')).host),
      }),
  });
  return { url: server.first.url('postgres'), stop: () => server.stop() };
}
