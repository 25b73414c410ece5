import type { Command } from 'commander';
import { repeated } from './repeated-option.ts';
import { printAnswer, printLine } from '../terminal/terminal-output.ts';

interface ShowOptions {
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

/** `trailhound rules show`: a rule with its guide, readable in a terminal. */
export function registerRulesShow(rules: Command): void {
  rules
    .command('show')
    .description('show a rule: query, mapping and the investigation guide')
    .argument('<id>', 'the rule_id, the beginning of it, or the path of the rule file')
    .option('-r, --rules <path>', "files, folders or globs of rules (default: Trailhound's own)", repeated)
    .option('--json', 'print the rule as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules show 5b0c7e9a
  $ trailhound rules show rules/exfiltration-snapshot-shared.toml | less -R`,
    )
    .action(async (id: string, options: ShowOptions) => {
      const { findRule } = await import('../detection/find-rule.ts');
      const { renderRule } = await import('../detection/show-rule.ts');
      const { shownRule } = await import('../../views/shown-rule.ts');
      const file = findRule(id, options.rules);
      if (options.json === true) await printAnswer('rules show', shownRule(file), 2);
      else printLine(renderRule(file));
    });
}
