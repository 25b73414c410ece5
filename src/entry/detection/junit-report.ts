import { plainLines, type SafeText } from '../../model/safe-text.ts';
import type { RuleTestOutcome, TestedRule } from './test-rules.ts';

/** The outcome as CI systems read it: a suite for each rule, a case for each example, and a suite of what could not be used. */
export function junitReport({ rules, problems, passed, failed }: RuleTestOutcome): SafeText {
  const suites = [...(problems.length === 0 ? [] : [suiteOfProblems(problems)]), ...rules.map(suiteOfRule)];
  const total = passed + failed + problems.length;
  return plainLines(
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${total}" failures="${failed}" errors="${problems.length}">\n${suites.join('')}</testsuites>\n`,
    Number.POSITIVE_INFINITY,
  );
}

function suiteOfRule({ path, name, verdicts }: TestedRule): string {
  const cases = verdicts.map(({ name: example, problem }) => testCase(path, example, 'failure', problem));
  return suite(name, cases, { failures: verdicts.filter((verdict) => !verdict.passed).length, errors: 0 });
}

function suiteOfProblems(problems: readonly string[]): string {
  const cases = problems.map((problem) => testCase('rules', problem, 'error', problem));
  return suite('rule files', cases, { failures: 0, errors: problems.length });
}

function suite(name: string, cases: readonly string[], { failures, errors }: { failures: number; errors: number }) {
  return `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}" errors="${errors}">\n${cases.join('')}  </testsuite>\n`;
}

function testCase(className: string, name: string, wrong: 'failure' | 'error', problem: string | null): string {
  const open = `    <testcase classname="${xml(className)}" name="${xml(name)}"`;
  return problem === null ? `${open}/>\n` : `${open}>\n      <${wrong} message="${xml(problem)}"/>\n    </testcase>\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an XML attribute; characters that XML 1.0 cannot carry are dropped. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
}
