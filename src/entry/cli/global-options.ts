import type { Command } from 'commander';
import { loadConfig, loadConfigOfInstallation, type Config } from '../config.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly verbose?: boolean;
}

/** Adds the options that every command takes to the program. */
export const addGlobalOptions = (program: Command): Command =>
  program
    .option(
      '-c, --config <file>',
      'configuration file (default: TRAILHOUND_CONFIG, else the copy that `npm start` runs here)',
    )
    .option('-v, --verbose', 'show the stack of an error');

const globalOptionsOf = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

/**
 * The configuration for a command that works on an installation from the outside (`investigations`, `audit`, `doctor`).
 * @throws ConfigError
 */
export const configOf = (command: Command): Config =>
  loadConfigOfInstallation(globalOptionsOf(command).config, process.env);

/**
 * The configuration for a command that runs a part of an installation; without one named, all is default.
 * @throws ConfigError
 */
export const ownConfigOf = (command: Command): Config => loadConfig(globalOptionsOf(command).config, process.env);
