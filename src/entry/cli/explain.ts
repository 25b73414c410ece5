import type { Command } from 'commander';
import { notReadWhole } from './exit-codes.ts';
import { repeated } from './repeated-option.ts';

interface ExplainOptions {
  readonly rules?: readonly string[];
  readonly event?: string;
  readonly mmdb?: readonly string[];
  readonly json?: boolean;
}

/** `trailhound explain`: why a rule did or did not match an event. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('tell why a rule did or did not match an event, clause by clause')
    .argument('<rule>', 'the rule_id, the beginning of it, or the path of the rule file')
    .argument('[event]', 'a file with the record; - or nothing for standard input')
    .option('-e, --event <id>', 'the event ID, where the input holds several records')
    .option('-r, --rules <path>', "files, folders or globs of rules (default: Trailhound's own)", repeated)
    .option('--mmdb <file>', 'MaxMind databases for source.geo and source.as', repeated)
    .option('--json', 'print the explanation as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound explain rules/exfiltration-snapshot-shared.toml record.json
  $ trailhound explain 5b0c7e9a logs/ --event 3fcfb182-98f8-4744-bd45-10a5c2a7e1f0

Of many events, those that match are explained, and those that come nearest to it. Exits 0 where the rule matches one, 1 where
it matches none, 5 where it matches none and the input could not be read whole, or held no record that is known.`,
    )
    .action(async (rule: string, event: string | undefined, options: ExplainOptions) => {
      const { explainEvents, renderExplanations } = await import('../detection/explain-events.ts');
      const { printAnswer, printLine, tellLine } = await import('../terminal/terminal-output.ts');
      const { findRule } = await import('../detection/find-rule.ts');
      const file = findRule(rule, options.rules);
      const { explained, isWhole } = await explainEvents(file, event, {
        eventId: options.event,
        mmdb: options.mmdb ?? [],
        tell: tellLine,
      });
      if (options.json === true) await printAnswer('explain', { ruleId: file.rule.id, events: explained }, 2);
      else printLine(renderExplanations(file, explained));
      if (!explained.some(({ matches }) => matches)) process.exitCode = isWhole ? 1 : notReadWhole;
    });
}
