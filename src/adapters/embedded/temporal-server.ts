import { dirname } from 'node:path';
import { freePort } from './free-port.ts';
import { startServerProcess, untilAccepting, type ServerProcess } from './server-process.ts';
import { makeFolder } from '../files/make-folder.ts';

/** How to run the Temporal CLI's development server. */
export interface TemporalServerOptions {
  /** The `temporal` executable: see `findTemporal`. */
  readonly executable: string;
  /** The SQLite file, created where missing; everything that the server remembers. */
  readonly databaseFile: string;
  /** Wished port of the gRPC frontend; another is taken where it is in use. */
  readonly port?: number;
  /** Wished port of the web UI, which checks neither Host nor who asks; no UI without it. */
  readonly uiPort?: number;
  /** `key=value` pairs, the values JSON. */
  readonly dynamicConfig?: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** A running development server on the loopback interface. */
export interface TemporalServer extends ServerProcess {
  /** `host:port` of the gRPC frontend. */
  readonly address: string;
  readonly uiUrl?: string;
}

/** WAL and `synchronous=2`: a commit that the server has acknowledged survives a power loss. */
const pragmas = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2'];

/**
 * The server always opens its HTTP API, on a port of its choice, and takes requests there that any web page can send. With no host
 * name allowed it answers none of them: a browser cannot leave the Host header out.
 */
const noHttpApi = ['--dynamic-config-value', 'frontend.httpAllowedHosts=[]'];

function uiArgs(uiPort: number | undefined): readonly string[] {
  return uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch'];
}

function serverArgs(options: TemporalServerOptions, port: number, uiPort: number | undefined): readonly string[] {
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--db-filename',
    options.databaseFile,
  ].concat(
    pragmas,
    ['--log-level', 'error', '--log-format', 'json'],
    noHttpApi,
    uiArgs(uiPort),
    (options.dynamicConfig ?? []).flatMap((pair) => ['--dynamic-config-value', pair]),
  );
}

/**
 * Starts the official CLI's development server on SQLite and waits until it accepts connections.
 * @throws EmbeddedServerError
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  await makeFolder(dirname(options.databaseFile), 0o755);
  const port = await freePort(options.port);
  const uiPort = options.uiPort === undefined ? undefined : await freePort(options.uiPort);
  const server = await startServerProcess({
    name: 'the Temporal server',
    executable: options.executable,
    args: serverArgs(options, port, uiPort),
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
  try {
    await untilAccepting('the Temporal server', server, port);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    ...server,
    address: `127.0.0.1:${port}`,
    ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
  };
}
