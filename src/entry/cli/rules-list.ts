import type { Command } from 'commander';
import { repeated } from './repeated-option.ts';
import { printAnswer, printLine, tellLine } from '../terminal/terminal-output.ts';
import { plainLines } from '../../model/safe-text.ts';

interface ListOptions {
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

/** `trailhound rules list`: all rules with what they need. */
export function registerRulesList(parent: Command): void {
  parent
    .command('list')
    .description('list rules: ID, severity, type, tactics, and what they need beyond management events')
    .option('-r, --rules <path>', "files, folders or globs of rules (default: Trailhound's own)", repeated)
    .option('--json', 'print the rules as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules list
  $ trailhound rules list --rules detection-rules/rules/integrations/aws --json`,
    )
    .action(async (options: ListOptions) => {
      const { loadRules } = await import('../detection/load-rules.ts');
      const { renderRuleList } = await import('../detection/list-rules.ts');
      const { rules } = await import('../../views/rules.ts');
      const loaded = loadRules({ rules: options.rules });
      for (const { message } of loaded.errors) tellLine(plainLines(message));
      const answer = rules(loaded);
      if (options.json === true) await printAnswer('rules list', answer, 2);
      else printLine(renderRuleList(answer.rules));
    });
}
