import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresServer } from '../../src/adapters/embedded/postgres-server.ts';
import { findTemporal, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';
import { startTemporalServer } from '../../src/adapters/embedded/temporal-server.ts';
import { buildWorkflowBundle } from '../../src/adapters/temporal/workflow-bundle.ts';

/** The servers of one test run: started when the first test file asks, shared by all, stopped at the end. */
export interface ControlServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a test file may ask for by `GET /<name>`; the answer is a string. */
type Resources = Readonly<Record<string, () => Promise<string>>>;

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function bundleWorkflows(folder: string): Promise<string> {
  const file = join(folder, 'workflow-bundle.js');
  await buildWorkflowBundle(file);
  return file;
}

function serve(resources: Resources) {
  return createServer((request, response) => {
    const make = resources[(request.url ?? '').slice(1)];
    if (make === undefined) {
      response.writeHead(404).end();
      return;
    }
    make().then(
      (value) => response.end(value),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
}

/** Starts the control server on the loopback interface; nothing else runs until a test file asks for it. */
export async function startControlServer(): Promise<ControlServer> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-test-'));
  // PostgreSQL runs as another user where the tests run as root, and must reach its folder.
  await chmod(folder, 0o711);
  const stops: (() => Promise<void>)[] = [];
  const server = serve({
    temporal: once(async () => {
      const temporal = await startTemporalServer({
        executable: await findTemporal(temporalSources(process.env), (line) => console.error(line)),
        databaseFile: join(folder, 'temporal.sqlite'),
        // Tests make histories vanish: the usual floor is an hour.
        dynamicConfig: ['system.namespaceMinRetentionLocal="1s"', 'history.retentionTimerJitterDuration="0s"'],
      });
      stops.push(() => temporal.stop());
      return temporal.address;
    }),
    postgres: once(async () => {
      const postgres = await startPostgresServer({
        dataDir: join(folder, 'postgres'),
        password: randomBytes(16).toString('hex'),
        // A test database need not survive a power loss.
        settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'],
      });
      stops.push(() => postgres.stop());
      return postgres.url('postgres');
    }),
    bundle: once(() => bundleWorkflows(folder)),
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all(stops.map((stop) => stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
