import { codeFrame } from '../../detection/rule-file/code-frame.ts';
import { counted } from '../../model/counted.ts';
import { loadedWarnings } from './field-warnings.ts';
import { loadRules } from './load-rules.ts';
import { notRunSentences, type WhichNotRun } from './rules-not-run.ts';
import { NoRuleFilesError } from './no-rule-files-error.ts';
import { styleFor } from '../terminal/terminal-style.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

/** One thing that is wrong, or worth a look, with its place. */
export interface RuleFinding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy?: string;
  /** The line with a caret under the place. */
  readonly frame: SafeText;
}

export interface RuleFindings {
  readonly files: number;
  readonly rules: number;
  readonly errors: readonly RuleFinding[];
  readonly warnings: readonly RuleFinding[];
  readonly notRun: readonly (WhichNotRun & { readonly ruleId: string })[];
}

/**
 * Reads and compiles all rules that paths name.
 *
 * @throws InputPathError where a path names nothing, NoRuleFilesError where there is no rule among what they name.
 */
export function checkRules(paths: readonly string[]): RuleFindings {
  const loaded = loadRules({ rules: paths });
  const { ruleSet, errors, sources } = loaded;
  const warnings = loadedWarnings(loaded);
  if (sources.size === 0) throw new NoRuleFilesError(paths);
  function frameOf(path: string, position: { readonly line: number; readonly column: number }): SafeText {
    return codeFrame(sources.get(path) ?? '', position);
  }
  return {
    files: sources.size,
    rules: ruleSet.rules.length,
    errors: errors.map(({ path, position, problem, remedy }) => ({
      path,
      ...position,
      message: problem,
      remedy,
      frame: frameOf(path, position),
    })),
    warnings: warnings.map(({ path, position, message }) => ({
      path,
      ...position,
      message,
      frame: frameOf(path, position),
    })),
    notRun: ruleSet.notRun.map(({ file: { path, rule }, reason }) => ({
      path,
      ruleId: rule.id,
      name: rule.name,
      reason,
    })),
  };
}

/** The findings for people: `file:line:column`, the line with a caret, and the remedy. */
export function renderFindings({ files, rules, errors, warnings, notRun }: RuleFindings): SafeText {
  const style = styleFor(process.stdout);
  function shown(finding: RuleFinding, kind: SafeText): SafeText {
    const lines = [
      safe`${style.strong(safe`${plainText(finding.path, 400)}:${finding.line}:${finding.column}`)}: ${kind}: ${plainText(finding.message, 500)}`,
      finding.frame,
      ...(finding.remedy === undefined ? [] : [safe`  remedy: ${plainText(finding.remedy, 500)}`]),
    ];
    return safeJoin(lines, '\n');
  }
  const lines = [
    ...warnings.map((finding) => shown(finding, style.warning(safe`warning`))),
    ...errors.map((finding) => shown(finding, style.bad(safe`error`))),
    ...notRunSentences(notRun),
    safe`${counted(files, 'file')}: ${counted(rules, 'rule')} can run, ${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}`,
  ];
  return safeJoin(lines, '\n');
}
