import type { Command } from 'commander';
import { notReadWhole } from './exit-codes.ts';
import { repeated } from './repeated-option.ts';

interface DiffOptions {
  readonly mmdb?: readonly string[];
  readonly json?: boolean;
}

/** `trailhound rules diff`: what a change to rules or exceptions would have meant. */
export function registerRulesDiff(rules: Command): void {
  rules
    .command('diff')
    .description('tell which alerts a changed rule or exception would add and remove on given events')
    .argument('<old>', 'a file or folder of rules and exceptions as they were')
    .argument('<new>', 'the same as they are to be')
    .argument('[path...]', 'files, folders or globs of records; - or nothing for standard input')
    .option('--mmdb <file>', 'MaxMind databases for source.geo and source.as', repeated)
    .option('--json', 'print the difference as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules diff rules/snapshot.toml /tmp/snapshot.toml logs/
  $ git worktree add /tmp/before HEAD~1 && trailhound rules diff /tmp/before/rules rules logs/

Exits 0 whatever the difference is, 1 where a rule has errors, 5 where the input could not be read whole, or held no record that
is known.`,
    )
    .action(async (before: string, after: string, paths: readonly string[], options: DiffOptions) => {
      const { diffRules, renderDiff } = await import('../detection/diff-rules.ts');
      const { printAnswer, printLine, tellLine } = await import('../terminal/terminal-output.ts');
      const difference = await diffRules(before, after, paths, {
        mmdb: options.mmdb ?? [],
        tell: tellLine,
      });
      if (options.json === true) await printAnswer('rules diff', difference, 2);
      else printLine(renderDiff(difference));
      if (!difference.isWhole) process.exitCode = notReadWhole;
      if (difference.errors.length > 0) process.exitCode = 1;
    });
}
