import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

/** The simulator is a program of its own; only its path is known here. */
const simulatorProgram = fileURLToPath(new URL('../../../simulator/main.ts', import.meta.url));

function runSimulator(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [simulatorProgram, ...args], { stdio: 'inherit' });
    // Ctrl-C reaches the child by itself, a signal sent to us alone does not.
    function pass(signal: NodeJS.Signals): void {
      void child.kill(signal);
    }
    process.on('SIGTERM', pass);
    process.on('SIGINT', () => undefined);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      resolve(code ?? (signal === null ? 1 : 0));
    });
  });
}

/** `trailhound simulate`: a stand-in of AWS on this machine. */
export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('run a simulated AWS (CloudTrail, IAM, STS, Secrets Manager) on this machine')
    .argument('[options...]', 'given to the simulator; `trailhound simulate -- --help` shows them')
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound simulate --scenario demo
  $ trailhound simulate --records ./cloudtrail-logs
  $ trailhound simulate -- --help`,
    )
    .action(async (args: string[]) => {
      process.exitCode = await runSimulator(args);
    });
}
