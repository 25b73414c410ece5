import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileRuleSet, type RuleSet } from '../../detection/engine.ts';
import { readRuleFile, type RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import type { Config } from '../config.ts';

/** Trailhound's own rules. */
export const ownRulesDirectory = fileURLToPath(new URL('../../../rules', import.meta.url));

/** A folder of rules that the configuration names cannot be read. */
export class RuleDirectoryError extends Error {
  override readonly name = 'RuleDirectoryError';
  readonly remedy = 'correct `rules.directories` in the configuration';
}

/** Rule files of a folder and all below it, in the order of their names. */
const readRuleDirectory = async (directory: string): Promise<readonly RuleFileReading[]> => {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new RuleDirectoryError(`${directory} is not a folder that can be read`);
  const paths: string[] = [];
  for await (const path of glob('**/*.toml', { cwd: directory })) paths.push(join(directory, path));
  return Promise.all(paths.sort().map(async (path) => readRuleFile(path, await readFile(path, 'utf8'))));
};

/**
 * Compiles Trailhound's own rules and those of the configured folders. What is wrong with a rule is told by `warn`, with its
 * place and remedy, and holds no other rule up.
 * @throws RuleDirectoryError
 */
export const loadRuleSet = async (config: Config, warn: (line: string) => void): Promise<RuleSet> => {
  const readings: RuleFileReading[] = [];
  for (const directory of [ownRulesDirectory, ...config.rules.directories])
    readings.push(...(await readRuleDirectory(directory)));
  const ruleSet = compileRuleSet(readings.flatMap(({ file }) => file ?? []));
  for (const error of [...readings.flatMap(({ errors }) => errors), ...ruleSet.errors]) warn(error.message);
  for (const { file, reason } of ruleSet.unsupported) warn(`${file.path}: not run: ${reason}`);
  return ruleSet;
};
