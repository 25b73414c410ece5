import { readFileSync } from 'node:fs';
import { isExceptionsFile } from '../../detection/exceptions/read-exceptions.ts';
import type { RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import { readRules, ruleFileName, unreadableRules } from '../../detection/rule-file/read-rules.ts';
import { filesAt } from './input-paths.ts';

/** The rules that paths name, and exceptions to them. */
export interface RuleSources {
  readonly readings: readonly RuleFileReading[];
  /** The text of each exceptions file by its path; exceptions are compiled with the rules' field table. */
  readonly exceptions: ReadonlyMap<string, string>;
}

/**
 * Reads all rule files that paths name, in TOML or as Kibana exports them: files, folders with all below them, globs. What is wrong
 * with one is among its errors and stops no other.
 *
 * @throws InputPathError where a path names nothing.
 */
export function loadRuleFiles(paths: readonly string[]): RuleSources {
  const files = new Set(paths.flatMap((path) => filesAt(path, ruleFileName)));
  const readings: RuleFileReading[] = [];
  const exceptions = new Map<string, string>();
  for (const path of files) {
    try {
      const source = readFileSync(path, 'utf8');
      if (isExceptionsFile(source)) exceptions.set(path, source);
      else readings.push(...readRules(path, source));
    } catch (error) {
      readings.push(unreadableRules(path, error));
    }
  }
  return { readings, exceptions };
}
