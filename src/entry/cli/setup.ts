import type { Command } from 'commander';
import { ownConfigOf } from './global-options.ts';
import type { SetUp } from '../../views/act-answers.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import { printAnswer, printProse } from '../terminal/terminal-output.ts';

/** `trailhound setup`: makes in Temporal what workers need and may not make. */
export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('make the namespaces and search attributes in the configured Temporal, or bring them up to date')
    .option('--json', 'print {"namespaces": [...]}')
    .addHelpText(
      'after',
      `
To be run once, and again after an update or a changed retention; doing it again changes nothing. \`npm start\` does it for the
server that it runs itself. The credentials need the right to make namespaces and search attributes; in Temporal Cloud, make both there.

Examples:
  $ trailhound setup --config trailhound.toml`,
    )
    .action(async ({ json }: { readonly json?: boolean }, command: Command) => {
      const { prepareTemporal } = await import('../compose/prepare-temporal.ts');
      const done = await prepareTemporal(await ownConfigOf(command));
      if (json === true) await printAnswer('setup', done);
      else
        for (const { name, outcome } of done.namespaces)
          printProse(safe`namespace ${plainText(name, 500)} ${outcomeWords[outcome]}`);
    });
}

const outcomeWords = {
  created: safe`is made, with its search attributes`,
  updated: safe`is up to date, with its search attributes`,
  kept: safe`is there with its search attributes; these credentials may not change it, so that its retention is as it was made`,
} as const satisfies Readonly<Record<SetUp['namespaces'][number]['outcome'], SafeText>>;
