import type { Command } from 'commander';
import type { GlobalOptions } from './global-options.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import { tellLine } from '../terminal/terminal-output.ts';

/** The commands that no installation has to be there for: what they work with is named in their own options. */
const withoutConfig: ReadonlySet<string> = new Set([
  'detect',
  'investigate',
  'normalize',
  'explain',
  'simulate',
  'rules check',
  'rules list',
  'rules show',
  'rules test',
  'rules coverage',
  'rules diff',
]);

/**
 * Has the commands that read no configuration say so where one is named. It is no error: `--config` stands in many an alias; but nobody
 * may believe that the rules and exceptions of it were used.
 */
export function tellUnreadConfig(program: Command): void {
  program.hook('preAction', (_, command) => {
    const { config } = program.opts<GlobalOptions>();
    const words = wordsOf(command, program);
    if (config === undefined || !withoutConfig.has(words)) return;
    tellLine(
      safe`--config ${plainText(config, 400)} is not read: \`${plainText(words)}\` works with what its own options name (\`${plainText(words)} --help\`)`,
    );
  });
}

function wordsOf(command: Command, program: Command): string {
  const { parent } = command;
  return parent === null || parent === program ? command.name() : `${wordsOf(parent, program)} ${command.name()}`;
}
