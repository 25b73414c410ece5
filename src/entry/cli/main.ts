import { Command, CommanderError } from 'commander';
import { registerAccounts } from './accounts.ts';
import { registerAudit } from './audit.ts';
import { registerBackfill } from './backfill.ts';
import { registerCoverage } from './coverage.ts';
import { registerDetect } from './detect.ts';
import { registerDoctor } from './doctor.ts';
import { registerRegister } from './register.ts';
import { registerEvents } from './events.ts';
import { addGlobalOptions, type GlobalOptions } from './global-options.ts';
import { registerExplain } from './explain.ts';
import { registerImport } from './import.ts';
import { registerInvestigate } from './investigate.ts';
import { registerInvestigations } from './investigations.ts';
import { pointToHelp, shownHelp } from './help-text.ts';
import { describeError, exitCodeOf } from './report-error.ts';
import { registerNormalize } from './normalize.ts';
import { registerRoles } from './roles.ts';
import { registerRules } from './rules.ts';
import { registerSetup } from './setup.ts';
import { registerSimulate } from './simulate.ts';
import { refuseReversedSpans } from './span-options.ts';
import { registerStart } from './start.ts';
import { tellUnreadConfig } from './unread-config.ts';
import { registerWorker } from './worker.ts';
import { printPart, tellLine, tellPart } from '../terminal/terminal-output.ts';
import { trailhoundVersion } from '../version.ts';

const examples = `
Examples:
  $ npm start                                                  try it on a simulated AWS, no account needed
  $ npm start -- --config trailhound.toml                      watch real accounts
  $ npm run -s trailhound -- investigations list               what waits for a decision
  $ npm run -s trailhound -- doctor                            what is wrong with this installation
  $ npm run -s trailhound -- COMMAND --help                    the options and examples of a command

Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 5 done but not with all of the input; docs/input.md has the others.
Times are UTC. Data goes to stdout, all else to stderr.`;

const registrations = [
  registerStart,
  registerInvestigations,
  registerAudit,
  registerAccounts,
  registerRoles,
  registerCoverage,
  registerBackfill,
  registerEvents,
  registerImport,
  registerDoctor,
  registerRegister,
  registerDetect,
  registerInvestigate,
  registerNormalize,
  registerRules,
  registerExplain,
  registerSetup,
  registerWorker,
  registerSimulate,
];

/** The command line: every command with its options; nothing runs before it is parsed. */
export function createProgram(): Command {
  const program = new Command('trailhound')
    .description('Watches AWS accounts through CloudTrail, detects abuse, and contains it after a person has approved.')
    .version(trailhoundVersion())
    .addHelpText('after', examples)
    .configureOutput({
      writeOut: (text) => void printPart(shownHelp(text, process.stdout.columns)),
      writeErr: (text) => tellPart(shownHelp(text, process.stderr.columns)),
    })
    .exitOverride();
  addGlobalOptions(program);
  for (const register of registrations) register(program);
  refuseReversedSpans(program);
  tellUnreadConfig(program);
  pointToHelp(program);
  return program;
}

const usageError = 2;

/**
 * `help investigations approve` asks for the help of the last one: commander knows of the first alone, and shows the help of all where
 * there is no such command.
 */
function askingTheCommand(program: Command, args: readonly string[]): string[] {
  const [first, ...path] = args;
  if (first !== 'help' || path.length === 0) return [...args];
  let command: Command | undefined = program;
  for (const [index, word] of path.entries()) {
    if (command.commands.length === 0) break;
    command = command.commands.find((each) => each.name() === word);
    if (command === undefined) return path.slice(0, index + 1);
  }
  return [...path, '--help'];
}

/** Runs one command and resolves to the process's exit code; errors are told on stderr with their remedy. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(askingTheCommand(program, args), { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    // Commander has already told what was wrong, or shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
    const { verbose = false } = program.opts<GlobalOptions>();
    tellLine(describeError(error, verbose));
    return exitCodeOf(error);
  }
}

/** `trailhound ... | head`: whoever read has had enough. A command that stops in order when asked to is asked. */
function endAtBrokenPipe(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit(0);
}

if (import.meta.main) {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endAtBrokenPipe);
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
