import type { Command } from 'commander';
import { refuseIdleOptions } from './idle-options.ts';
import { printAnswer, printLine, printPart } from '../terminal/terminal-output.ts';

interface TestOptions {
  readonly junit?: string;
  readonly json?: boolean;
}

/** `trailhound rules test`: each rule's own examples. */
export function registerRulesTest(rules: Command): void {
  const test = rules
    .command('test')
    .description("run each rule's own examples: what must match, and near misses that must not")
    .argument('<path...>', 'files, folders or globs of rules; examples stand beside them in examples/<rule>.json')
    .option('--junit <file>', 'write a JUnit report as well; - for standard output')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules test rules
  $ trailhound rules test rules --junit report.xml

Exits 1 where an example fails, or a rule or an examples file has errors. Rules without examples are named.`,
    )
    .action(async (paths: readonly string[], options: TestOptions) => {
      const { renderOutcome, testRules } = await import('../detection/test-rules.ts');
      const { junitReport } = await import('../detection/junit-report.ts');
      const { writeOutputFile } = await import('../terminal/output-file.ts');
      const outcome = testRules(paths);
      if (options.junit === '-') await printPart(junitReport(outcome));
      else {
        if (options.junit !== undefined) writeOutputFile(options.junit, junitReport(outcome));
        if (options.json === true) await printAnswer('rules test', outcome, 2);
        else printLine(renderOutcome(outcome));
      }
      if (outcome.failed > 0 || outcome.problems.length > 0) process.exitCode = 1;
    });
  refuseIdleOptions<TestOptions>(test, [
    {
      option: 'json',
      when: ({ junit }) => junit === '-',
      why: 'does nothing beside --junit -, which prints the report: write that into a file, or give one of the two',
    },
  ]);
}
