import { spawn, type ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { minuteMs } from '../../model/duration.ts';

/** An embedded server could not be started or died early; the message ends with the last lines that it wrote. */
export class EmbeddedServerError extends TrailhoundError {
  override readonly name = 'EmbeddedServerError';
  override readonly code = 'embedded-server';
  constructor(message: string, remedy: string) {
    super(message, { remedy });
  }
}

/** What to start, and as whom. */
export interface ServerCommand {
  /** As messages call it. */
  readonly name: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs as another user; needs root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Receives each line that the server writes. */
  readonly onLine?: (line: string) => void;
}

/** A child process of ours that serves until it is stopped. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, with what it ended by; never rejects. */
  readonly ended: Promise<string>;
  /** The last lines that it wrote, oldest first. */
  lastLines(): readonly string[];
  /** Asks by `signal`, insists by SIGKILL after `graceMs`, and resolves when it has ended. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

const keptLines = 20;

function keepLines(child: ChildProcess, onLine: ((line: string) => void) | undefined): string[] {
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.trim() !== '')) {
        kept.push(line);
        if (kept.length > keptLines) kept.shift();
        onLine?.(line);
      }
    });
  }
  return kept;
}

/**
 * Starts a server as a child in a process group of its own, so that Ctrl-C in the terminal reaches us alone and we stop everything in order.
 * @throws EmbeddedServerError where the executable cannot be run
 */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const child = spawn(command.executable, [...command.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.env === undefined ? {} : { env: command.env }),
    ...command.user,
  });
  const lines = keepLines(child, command.onLine);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new EmbeddedServerError(
          `${command.name} cannot be started: ${error.message}`,
          `check that ${command.executable} exists and may be executed`,
        ),
      ),
    );
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  const { pid } = child;
  if (pid === undefined)
    throw new EmbeddedServerError(`${command.name} has no process ID`, 'this is a defect: report it');
  return {
    pid,
    ended,
    lastLines: () => [...lines],
    stop: async (signal = 'SIGTERM', graceMs = 10_000) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(insist);
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Waits until a server of ours accepts TCP connections on the loopback interface.
 * @throws EmbeddedServerError where the process ends first or `timeoutMs` has passed
 */
export async function untilAccepting(
  name: string,
  server: ServerProcess,
  port: number,
  timeoutMs = minuteMs,
): Promise<void> {
  let death: string | undefined;
  void server.ended.then((how) => (death = how));
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await accepts(port))) {
    if (death !== undefined || Date.now() > giveUpAt)
      throw new EmbeddedServerError(
        [
          death === undefined
            ? `${name} does not answer on port ${port} after ${timeoutMs / 1000} s`
            : `${name} ended while starting (${death})`,
          ...server.lastLines(),
        ].join('\n  '),
        `see the lines above; a port in use or a full disk are the usual causes`,
      );
    await delay(25);
  }
}
