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
import { styleFor } from '../terminal/terminal-style.ts';
import { loadRules } from './load-rules.ts';
import { NoRuleFilesError } from './no-rule-files-error.ts';
import { plainLines, plainText, safe, safeJoin, type SafeText } from '../../model/safe-text.ts';

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
    if (!existsSync(path)) untested.push(compiled.file.path);
    else {
      try {
        rules.push(testRule(compiled, path, ruleSet.fields));
      } catch (error) {
        if (!(error instanceof RuleExamplesError)) throw error;
        problems.push(error.message);
      }
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

export function renderOutcome({ rules, untested, problems, passed, failed }: RuleTestOutcome): SafeText {
  const style = styleFor(process.stdout);
  const failures = rules.flatMap(({ path, verdicts }) =>
    verdicts
      .filter((verdict) => !verdict.passed)
      .map(
        ({ name, problem }) =>
          safe`${style.bad(safe`failed`)} ${plainText(path, 400)}: ${plainText(name, 300)}: ${plainText(problem ?? '', 1_000)}`,
      ),
  );
  const lines = [
    ...problems.map((problem) => safe`${style.bad(safe`error`)} ${plainText(problem, 1000)}`),
    ...failures,
    ...untested
      .slice(0, shownUntested)
      .map((path) => safe`${style.warning(safe`no examples`)} ${plainText(path, 400)}`),
    ...(untested.length > shownUntested
      ? [
          safe`${style.warning(safe`no examples`)} in ${counted(untested.length - shownUntested, 'more rule')}; --json names all`,
        ]
      : []),
    safe`${counted(rules.length, 'rule')}: ${counted(passed, 'example')} passed, ${failed} failed`,
  ];
  return safeJoin(lines, '\n');
}

/** The outcome as CI systems read it: a suite for each rule, a case for each example. */
export function junitReport({ rules, problems, passed, failed }: RuleTestOutcome): SafeText {
  const suites = rules.map(({ path, name, verdicts }) => {
    const cases = verdicts.map(({ name: example, problem }) => {
      const open = `    <testcase classname="${xml(path)}" name="${xml(example)}"`;
      return problem === null ? `${open}/>` : `${open}>\n      <failure message="${xml(problem)}"/>\n    </testcase>`;
    });
    const failures = verdicts.filter((verdict) => !verdict.passed).length;
    return `  <testsuite name="${xml(name)}" tests="${verdicts.length}" failures="${failures}" errors="0">\n${cases.join('\n')}\n  </testsuite>\n`;
  });
  const broken = problems.map(
    (problem) =>
      `    <testcase classname="rules" name="${xml(problem)}">\n      <error message="${xml(problem)}"/>\n    </testcase>\n`,
  );
  const files =
    broken.length === 0
      ? ''
      : `  <testsuite name="rule files" tests="${broken.length}" failures="0" errors="${broken.length}">\n${broken.join('')}  </testsuite>\n`;
  const total = passed + failed + problems.length;
  return plainLines(
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${total}" failures="${failed}" errors="${problems.length}">\n${files}${suites.join('')}</testsuites>\n`,
    Number.POSITIVE_INFINITY,
  );
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an XML attribute; characters that XML 1.0 cannot carry are dropped. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
}
