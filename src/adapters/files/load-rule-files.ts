import { readFileSync, statSync } from 'node:fs';
import { isExceptionsFile } from '../../detection/exceptions/read-exceptions.ts';
import type { ExceptionListPart } from '../../detection/rule-file/kibana-export.ts';
import type { RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import { readRules, ruleFileName, unreadableRules } from '../../detection/rule-file/read-rules.ts';
import { filesAt } from './input-paths.ts';

/** The rules that paths name, and exceptions to them. */
export interface RuleSources {
  readonly readings: readonly RuleFileReading[];
  /** The text of each exceptions file by its path; exceptions are compiled with the rules' field table. */
  readonly exceptions: ReadonlyMap<string, string>;
  /** Kibana's exception lists and their items. */
  readonly exceptionParts: readonly ExceptionListPart[];
}

/**
 * Reads all rule files that paths name, in TOML or as Kibana exports them: files, folders with all below them, globs. What is wrong
 * with one is among its errors and stops no other.
 *
 * @throws InputPathError where a path names nothing.
 */
export function loadRuleFiles(paths: readonly string[]): RuleSources {
  const files = new Set(paths.flatMap(ruleFilesAt));
  const readings: RuleFileReading[] = [];
  const exceptions = new Map<string, string>();
  const exceptionParts: ExceptionListPart[] = [];
  for (const path of files) {
    try {
      const source = readFileSync(path, 'utf8');
      if (isExceptionsFile(source)) exceptions.set(path, source);
      else {
        const read = readRules(path, source);
        readings.push(...read.rules);
        exceptionParts.push(...read.exceptionParts);
      }
    } catch (error) {
      readings.push(unreadableRules(path, error));
    }
  }
  return { readings, exceptions, exceptionParts };
}

/** In a folder of rules, JSON may be anything: what names no rule and no exception list is left alone. */
function ruleFilesAt(path: string): readonly string[] {
  const files = filesAt(path, ruleFileName);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? files.filter((file) => !file.endsWith('.json') || namesRules(file)) : files;
}

function namesRules(file: string): boolean {
  try {
    return /"(?:rule_id|list_id)"\s*:/.test(readFileSync(file, 'utf8'));
  } catch {
    return true; // reading it again says why it cannot be read
  }
}
