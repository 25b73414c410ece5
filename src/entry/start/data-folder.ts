import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeLock } from '../../adapters/embedded/pid-file.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { minuteMs } from '../../model/duration.ts';
import { makeFolder } from '../../adapters/files/make-folder.ts';

/** Another copy runs on the same data folder. */
export class AlreadyRunningError extends TrailhoundError {
  override readonly name = 'AlreadyRunningError';
  override readonly code = 'already-running';
  override readonly remedy: string;
  constructor(dataDir: string, pid: number) {
    super(`Trailhound already runs on ${dataDir} (process ${pid})`);
    this.remedy = `use that one, stop it (\`kill ${pid}\`), or give this one a folder of its own: \`TRAILHOUND_DATA_DIR=FOLDER npm start\``;
  }
}

/** The data folder is not ours to use. */
export class DataFolderError extends TrailhoundError {
  override readonly name = 'DataFolderError';
  override readonly code = 'data-folder';
  override readonly remedy =
    'give a folder that you may write, on a disk that has room: `data_dir` in the configuration, or TRAILHOUND_DATA_DIR';
}

/** What a write in the data folder ended by, where the system refused it; any other error as it is. */
export function dataFolderFault(dataDir: string, error: unknown): unknown {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'path' in error;
  return isOfSystem ? new DataFolderError(`the data folder ${dataDir} cannot be used: ${error.message}`) : error;
}

/** Where things lie within the data folder. */
export function filesOf(dataDir: string) {
  return {
    lock: join(dataDir, 'run', 'start.lock'),
    stopping: join(dataDir, 'run', 'stopping'),
    pidFile: (name: string): string => join(dataDir, 'run', `${name}.pid`),
    log: (name: string): string => join(dataDir, 'logs', `${name}.log`),
    temporalDatabase: join(dataDir, 'temporal', 'temporal.sqlite'),
    postgresPassword: join(dataDir, 'postgres.password'),
    /** URL of the codec server, with its token, while it runs. */
    codecEndpoint: join(dataDir, 'run', 'codec-endpoint'),
    simulatorState: join(dataDir, 'simulator', 'world.json'),
    simulatorCredentials: join(dataDir, 'simulator', 'aws-credentials'),
  };
}

/** A data folder that is ours. */
export interface DataFolder {
  /** Lets a copy that is started meanwhile know that it only has to wait. */
  noteStopping(): void;
  release(): Promise<void>;
}

const lookEveryMs = 100;
/** Within this time, a copy whose starter has ended notices that and notes that it stops. */
const noticedWithinMs = 2_000;
/** Running steps end first. */
const stoppedWithinMs = minuteMs;

/** Takes the lock, waiting for a copy that is stopping; resolves to the holder where it goes on running. */
async function takeLockInTime(
  { lock, stopping }: ReturnType<typeof filesOf>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number | undefined> {
  let waitsUntil = Date.now() + noticedWithinMs;
  for (let told = false; ; await delay(lookEveryMs)) {
    const holder = await takeLock(lock);
    if (holder === undefined || Date.now() > waitsUntil || signal.aborted) return holder;
    if (told || !existsSync(stopping)) continue;
    say(`an earlier copy (process ${holder}) is stopping; waiting for it`);
    told = true;
    waitsUntil = Date.now() + stoppedWithinMs;
  }
}

/**
 * Makes the data folder, closed to others, and takes it for this process; one that is just stopping is waited for, unless `signal` says
 * not to.
 *
 * @throws AlreadyRunningError, DataFolderError
 */
export async function takeDataFolder(
  dataDir: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<DataFolder> {
  const files = filesOf(dataDir);
  let holder: number | undefined;
  try {
    await makeFolder(dataDir);
    await chmod(dataDir, 0o700);
    await makeFolder(join(dataDir, 'logs'));
    holder = await takeLockInTime(files, say, signal);
    if (holder === undefined) await rm(files.stopping, { force: true });
  } catch (error) {
    throw dataFolderFault(dataDir, error);
  }
  if (holder !== undefined) throw new AlreadyRunningError(dataDir, holder);
  let held = true;
  return {
    noteStopping: () => {
      if (held) writeFileSync(files.stopping, '', { mode: 0o600 });
    },
    release: async () => {
      held = false;
      await rm(files.stopping, { force: true });
      await rm(files.lock, { force: true });
    },
  };
}

/** The embedded PostgreSQL's password, made once. */
export async function postgresPassword(dataDir: string): Promise<string> {
  const file = filesOf(dataDir).postgresPassword;
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const made = randomBytes(24).toString('base64url');
  await writeFile(file, made, { mode: 0o600, flag: 'wx' });
  return made;
}
