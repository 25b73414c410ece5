import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServerProcess, type ServerProcess } from '../../adapters/embedded/server-process.ts';

const mainProgram = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const simulatorProgram = fileURLToPath(new URL('../../../simulator/main.ts', import.meta.url));

const logLimitBytes = 64 * 1024 * 1024;

function openLog(file: string): (line: string) => void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimitBytes) truncateSync(file);
  return (line) => {
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // A full disk loses lines of a log; what cannot go on without it says so by itself.
    }
  };
}

interface ChildOptions {
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** Lines that must not be kept, for they hold a secret. */
  readonly secret?: (line: string) => boolean;
}

function startProgram(
  name: string,
  program: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ServerProcess> {
  const log = openLog(options.logFile);
  return startServerProcess({
    name,
    executable: process.execPath,
    args: [program, ...args],
    ...(options.env === undefined ? {} : { env: options.env }),
    onLine: (line) => {
      if (options.secret?.(line) !== true) log(line);
      options.onLine?.(line);
    },
  });
}

/** Runs a command of ours as a process of its own, its output going to a log file. */
export function startCommand(args: readonly string[], options: ChildOptions): Promise<ServerProcess> {
  return startProgram(`\`trailhound ${args[0] ?? ''}\``, mainProgram, args, options);
}

/** Runs the simulated AWS as a process of its own; only its path is known here. */
export function startSimulatorProgram(args: readonly string[], options: ChildOptions): Promise<ServerProcess> {
  return startProgram('the simulated AWS', simulatorProgram, args, options);
}
