import type { Command } from 'commander';
import type { Config } from '../config/config.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly verbose?: boolean;
}

/** Adds the options that every command takes to the program. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option(
      '-c, --config <file>',
      'configuration file (default: TRAILHOUND_CONFIG, else the copy that `npm start` runs here)',
    )
    .option('-v, --verbose', 'show the stack of an error');
}

function globalOptionsOf(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

/**
 * The configuration for a command that works on an installation from the outside (`investigations`, `audit`, `doctor`).
 * @throws ConfigError
 */
export async function configOf(command: Command): Promise<Config> {
  // Read when it is needed: commands that work without an installation start sooner.
  const { loadConfigOfInstallation } = await import('../config/config.ts');
  return loadConfigOfInstallation(globalOptionsOf(command).config, process.env);
}

/**
 * The configuration for a command that runs a part of an installation; without one named, all is default.
 * @throws ConfigError
 */
export async function ownConfigOf(command: Command): Promise<Config> {
  const { loadConfig } = await import('../config/config.ts');
  return loadConfig(globalOptionsOf(command).config, process.env);
}
