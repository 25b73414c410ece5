import { readFileSync, statSync } from 'node:fs';
import { isExceptionsFile } from '../../detection/exceptions/read-exceptions.ts';
import type { ExceptionListPart } from '../../detection/rule-file/kibana-export.ts';
import type { RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import { readRules, ruleFileName, unreadableRules } from '../../detection/rule-file/read-rules.ts';
import { filesAt, type LeftOutInput } from './input-paths.ts';

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
  const leftOut: LeftOutInput[] = [];
  const files = new Set(paths.flatMap((path) => ruleFilesAt(path, (left) => leftOut.push(left))));
  const readings: RuleFileReading[] = leftOut.flatMap(notFound);
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

/** Whoever put a link or a folder there counts on its rules: that they are not read is told. */
function notFound({ path, reason }: LeftOutInput): readonly RuleFileReading[] {
  if (reason === 'broken-link') return [unreadableRules(path, new Error('it is a link that leads nowhere'))];
  return reason === 'denied' ? [unreadableRules(path, new Error('it is a folder that may not be read'))] : [];
}

/** In a folder of rules, JSON may be anything: what names no rule and no exception list is left alone. */
function ruleFilesAt(path: string, leave: (left: LeftOutInput) => void): readonly string[] {
  const files = filesAt(path, ruleFileName, leave);
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
