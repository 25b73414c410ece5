import { loadRuleFiles } from '../../adapters/files/load-rule-files.ts';
import { compileRuleSet, type RuleSet } from '../../detection/engine.ts';
import type { RuleFile } from '../../detection/rule-file/rule-file.ts';
import type { RuleFileReading } from '../../detection/rule-file/read-rule-file.ts';
import type { RuleSyntaxError, RuleWarning } from '../../detection/rule-file/rule-syntax-error.ts';
import { ownRulesDirectory } from '../compose/rule-set.ts';

/** Rules as commands load them: what runs, what does not and why. */
export interface LoadedRules {
  readonly ruleSet: RuleSet;
  readonly files: readonly RuleFile[];
  readonly readings: readonly RuleFileReading[];
  /** Of reading and compiling, in the order of files and places. */
  readonly errors: readonly RuleSyntaxError[];
  readonly warnings: readonly RuleWarning[];
}

/**
 * Loads the rules that paths name; Trailhound's own where none is named.
 *
 * @throws InputPathError where a path names nothing.
 */
export function loadRules(paths: readonly string[]): LoadedRules {
  const readings = loadRuleFiles(paths.length === 0 ? [ownRulesDirectory] : paths);
  const files = readings.flatMap(({ file }) => file ?? []);
  const ruleSet = compileRuleSet(files);
  const errors = [...readings.flatMap((reading) => reading.errors), ...ruleSet.errors].toSorted(byPlace);
  return { ruleSet, files, readings, errors, warnings: readings.flatMap(({ warnings }) => warnings) };
}

function byPlace(a: RuleSyntaxError, b: RuleSyntaxError): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
