import { readFileSync } from 'node:fs';
import { readRuleFile, type RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import { filesAt } from './input-paths.ts';

/**
 * Reads all rule files (TOML) that paths name: files, folders with all below them, globs.
 *
 * @throws InputPathError where a path names nothing.
 */
export function loadRuleFiles(paths: readonly string[]): readonly RuleFileReading[] {
  const files = new Set(paths.flatMap((path) => filesAt(path, /\.toml$/)));
  return [...files].map((path) => readRuleFile(path, readFileSync(path, 'utf8')));
}
