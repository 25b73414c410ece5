import type { Command } from 'commander';
import { printAnswer, printLine } from '../terminal/terminal-output.ts';

/** `trailhound rules check`: every error of every file, with its place. */
export function registerRulesCheck(rules: Command): void {
  rules
    .command('check')
    .description('find every error of every rule and exceptions file')
    .argument('<path...>', 'files, folders or globs of rules (TOML, or JSON of Kibana)')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules check rules/
  $ trailhound rules check my-rules/*.toml --json
  $ trailhound rules check rules_export.ndjson

Exits 1 where there is an error. Rules of types that are not supported yet are named and are no error.`,
    )
    .action(async (paths: readonly string[], options: { readonly json?: boolean }) => {
      const { checkRules, renderFindings } = await import('../detection/check-rules.ts');
      const findings = checkRules(paths);
      if (options.json === true) await printAnswer('rules check', findings, 2);
      else printLine(renderFindings(findings));
      if (findings.errors.length > 0) process.exitCode = 1;
    });
}
