import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { glob, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FollowedOutput, followOutput } from '../embedded/followed-output.ts';

/** A checkout to run in, and as whom. */
export interface Place {
  readonly checkout: string;
  readonly dataDir: string;
  /** Temporal's command line, so that nothing is downloaded; undefined: found as anyone's. */
  readonly temporal?: string;
  readonly user?: { readonly uid: number; readonly gid: number; readonly home: string };
}

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A running `npm start`. */
export interface Copy extends FollowedOutput {
  /** Sends a signal to all processes of its terminal, as Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Sends a signal to npm alone. */
  signalNpm(signal: NodeJS.Signals): void;
}

function environment({ dataDir, temporal, user }: Place): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && name !== 'NODE_ENV'),
    ),
    TRAILHOUND_DATA_DIR: dataDir,
    TRAILHOUND_CONFIG: '',
    ...(temporal === undefined ? {} : { TRAILHOUND_TEMPORAL: temporal }),
    ...(user === undefined ? {} : { HOME: user.home, TMPDIR: user.home }),
  };
}

function identityOf({ user }: Place) {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

/** Types `npm start` at a terminal of its own. */
export function npmStart(place: Place): Copy {
  const child: ChildProcess = spawn('npm', ['start', '--silent'], {
    cwd: place.checkout,
    env: environment(place),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...identityOf(place),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('npm cannot be run');
  return {
    ...followOutput(child),
    signalGroup: (signal) => process.kill(-pid, signal),
    signalNpm: (signal) => process.kill(pid, signal),
  };
}

/** Ctrl-C: all that a copy started ends in order. Resolves to npm's exit code; null where npm itself ended by the signal. */
export async function pressCtrlC(copy: Copy): Promise<number | null> {
  copy.signalGroup('SIGINT');
  return await copy.ended;
}

/** Runs a command of the command line against the copy that runs in a place. */
export function trailhound(place: Place, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      cwd: place.checkout,
      env: environment(place),
      maxBuffer: 64 * 1024 * 1024,
      ...identityOf(place),
    };
    execFile(process.execPath, ['src/entry/cli/main.ts', ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : Number(error !== null), out, err });
    });
  });
}

/** Every process that runs for a data folder: what a start begins inherits the name of the folder (Linux only). */
export async function processesOf({ dataDir }: Pick<Place, 'dataDir'>): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const variables = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (variables.split('\0').includes(`TRAILHOUND_DATA_DIR=${dataDir}`)) found.push(Number(name));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Kills all that runs for a data folder, those included that were being started when others were killed. */
export async function killAll(place: Pick<Place, 'dataDir'>): Promise<void> {
  for (let pids = await processesOf(place); pids.length > 0; pids = await processesOf(place)) {
    for (const pid of pids) kill(pid);
    await delay(20);
  }
}

/** This checkout, with the Temporal that `npm test` has found. */
export const here: Omit<Place, 'dataDir'> = {
  checkout: join(import.meta.dirname, '../..'),
  ...(process.env['TRAILHOUND_TEMPORAL'] === undefined ? {} : { temporal: process.env['TRAILHOUND_TEMPORAL'] }),
};

/** A place with a new, empty data folder. */
export async function newPlace(place: Omit<Place, 'dataDir'> = here): Promise<Place> {
  return {
    ...place,
    dataDir: join(await mkdtemp(join(tmpdir(), 'trailhound-long-')), 'data'),
  };
}

/** Ends what may still run there and removes the folder; where root runs it, the database lies outside of it. */
export async function clearPlace(place: Place): Promise<void> {
  await killAll(place);
  for await (const note of glob('postgres-folder', { cwd: place.dataDir }))
    await rm((await readFile(join(place.dataDir, note), 'utf8')).trim(), { recursive: true, force: true });
  await rm(join(place.dataDir, '..'), { recursive: true, force: true });
}

interface SimulatedWorld {
  readonly accounts: readonly {
    readonly id: string;
    readonly users: readonly {
      readonly name: string;
      readonly keys: readonly { readonly id: string; readonly status: string; readonly secret: string }[];
    }[];
    readonly secrets: readonly { readonly versions: readonly { readonly value: string }[] }[];
  }[];
}

/** The keys of the demonstration's user whose key was stolen, oldest first, and whether a secret holds each. */
export async function stolenUsersKeys({ dataDir }: Place) {
  const world = JSON.parse(await readFile(join(dataDir, 'simulator', 'world.json'), 'utf8')) as SimulatedWorld;
  const account = world.accounts.find(({ id }) => id === '111122223333');
  const values = account?.secrets.flatMap(({ versions }) => versions.map(({ value }) => value)) ?? [];
  const keys = account?.users.find(({ name }) => name === 'ci-deploy')?.keys ?? [];
  return keys.map(({ id, status, secret }) => ({ id, status, stored: values.some((value) => value.includes(secret)) }));
}
