import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CompiledRule } from '../../detection/engine.ts';
import type { FieldTable } from '../../detection/fields/event-fields.ts';
import {
  judgeExample,
  parseRuleExamples,
  RuleExamplesError,
  type ExampleVerdict,
} from '../../detection/rule-examples.ts';
import { counted } from '../../model/counted.ts';
import { plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';
import { styleFor, type Style } from '../terminal/terminal-style.ts';
import { loadRules } from './load-rules.ts';
import { NoRuleFilesError } from './no-rule-files-error.ts';

/** How a rule's examples went. */
export interface TestedRule {
  readonly ruleId: string;
  readonly name: string;
  readonly path: string;
  readonly verdicts: readonly ExampleVerdict[];
}

export interface RuleTestOutcome {
  readonly rules: readonly TestedRule[];
  /** Paths of rules that have no examples. */
  readonly untested: readonly string[];
  /** Files that could not be used, a sentence each. */
  readonly problems: readonly string[];
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the examples of all rules that paths name.
 *
 * @throws InputPathError where a path names nothing, NoRuleFilesError where there is no rule among what they name.
 */
export function testRules(paths: readonly string[]): RuleTestOutcome {
  const { ruleSet, errors, readings } = loadRules({ rules: paths });
  if (readings.length === 0) throw new NoRuleFilesError(paths);
  const problems = errors.map(({ message }) => message);
  const rules: TestedRule[] = [];
  const untested: string[] = [];
  for (const compiled of ruleSet.rules) {
    const path = examplesPath(compiled.file.path);
    if (!existsSync(path)) {
      untested.push(compiled.file.path);
      continue;
    }
    try {
      rules.push(testRule(compiled, path, ruleSet.fields));
    } catch (error) {
      if (!(error instanceof RuleExamplesError)) throw error;
      problems.push(error.message);
    }
  }
  const verdicts = rules.flatMap((rule) => rule.verdicts);
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  return { rules, untested, problems, passed, failed: verdicts.length - passed };
}

function examplesPath(rulePath: string): string {
  return join(dirname(rulePath), 'examples', `${basename(rulePath, '.toml')}.json`);
}

function testRule({ rule, matcher, file }: CompiledRule, path: string, fields: FieldTable): TestedRule {
  const examples = parseRuleExamples(path, readFileSync(path, 'utf8'));
  if (examples.ruleId !== rule.id) {
    throw new RuleExamplesError(path, `its ruleId is not that of ${file.path}`, `write ${rule.id}`);
  }
  const verdicts = examples.examples.map((example) => judgeExample(examples, example, matcher, fields));
  return { ruleId: rule.id, name: rule.name, path: file.path, verdicts };
}

/** What failed must not be lost among what was not tested. */
const shownUntested = 5;

/** The outcome for the terminal: what went wrong, what was not tested, and the counts last. */
export function renderOutcome({ rules, untested, problems, passed, failed }: RuleTestOutcome): SafeText {
  const style = styleFor(process.stdout);
  const lines = [
    ...problems.map((problem) => safe`${style.bad(safe`error`)} ${plainText(problem, 1_000)}`),
    ...rules.flatMap((rule) => failureLines(rule, style)),
    ...untestedLines(untested, style),
    safe`${counted(rules.length, 'rule')}: ${counted(passed, 'example')} passed, ${failed} failed`,
  ];
  return safeJoin(lines, '\n');
}

function failureLines({ path, verdicts }: TestedRule, style: Style): readonly SafeText[] {
  return verdicts
    .filter((verdict) => !verdict.passed)
    .map(
      ({ name, problem }) =>
        safe`${style.bad(safe`failed`)} ${plainText(path, 400)}: ${plainText(name, 300)}: ${plainText(problem ?? '', 1_000)}`,
    );
}

function untestedLines(untested: readonly string[], style: Style): readonly SafeText[] {
  const label = style.warning(safe`no examples`);
  const lines = untested.slice(0, shownUntested).map((path) => safe`${label} ${plainText(path, 400)}`);
  const more = untested.length - shownUntested;
  return more > 0 ? [...lines, safe`${label} in ${counted(more, 'more rule')}; --json names all`] : lines;
}
