import type { Command } from 'commander';
import { registerRulesCheck } from './rules-check.ts';
import { registerRulesCoverage } from './rules-coverage.ts';
import { registerRulesDiff } from './rules-diff.ts';
import { registerRulesExceptions } from './rules-exceptions.ts';
import { registerRulesList } from './rules-list.ts';
import { registerRulesShow } from './rules-show.ts';
import { registerRulesTest } from './rules-test.ts';

/** `trailhound rules ...`: everything about rule files; it needs no server. */
export function registerRules(program: Command): void {
  const rules = program
    .command('rules')
    .description('check, list, show, test and compare detection rules; needs no server')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules check my-rules/
  $ trailhound rules list`,
    );
  registerRulesCheck(rules);
  registerRulesList(rules);
  registerRulesShow(rules);
  registerRulesTest(rules);
  registerRulesCoverage(rules);
  registerRulesDiff(rules);
  registerRulesExceptions(rules);
}
