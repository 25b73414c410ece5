import { readFileSync } from 'node:fs';
import { isExceptionsFile } from '../../detection/exceptions/read-exceptions.ts';
import { readRuleFile, type RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import { filesAt } from './input-paths.ts';

/** The TOML files that paths name: rules, and exceptions to them. */
export interface RuleSources {
  readonly readings: readonly RuleFileReading[];
  /** The text of each exceptions file by its path; exceptions are compiled with the rules' field table. */
  readonly exceptions: ReadonlyMap<string, string>;
}

/**
 * Reads all TOML files that paths name: files, folders with all below them, globs.
 *
 * @throws InputPathError where a path names nothing.
 */
export function loadRuleFiles(paths: readonly string[]): RuleSources {
  const files = new Set(paths.flatMap((path) => filesAt(path, /\.toml$/)));
  const readings: RuleFileReading[] = [];
  const exceptions = new Map<string, string>();
  for (const path of files) {
    const source = readFileSync(path, 'utf8');
    if (isExceptionsFile(source)) exceptions.set(path, source);
    else readings.push(readRuleFile(path, source));
  }
  return { readings, exceptions };
}
