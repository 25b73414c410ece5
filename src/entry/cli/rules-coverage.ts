import { type Command, Option } from 'commander';
import type { AttackVersion } from '../../detection/attack-coverage.ts';
import { refuseIdleOptions } from './idle-options.ts';
import { repeated } from './repeated-option.ts';
import { printAnswer, printLine, printPart } from '../terminal/terminal-output.ts';
import { safe, safeJson } from '../../model/safe-text.ts';

interface CoverageOptions {
  readonly rules?: readonly string[];
  readonly attack: AttackVersion;
  readonly navigator?: string;
  readonly json?: boolean;
}

/** `trailhound rules coverage`: which of ATT&CK's techniques the rules see. */
export function registerRulesCoverage(rules: Command): void {
  const coverage = rules
    .command('coverage')
    .description('show which MITRE ATT&CK tactics and techniques the rules cover')
    .option('-r, --rules <path>', "files, folders or globs of rules (default: Trailhound's own)", repeated)
    .addOption(
      new Option('--attack <version>', 'the version of ATT&CK to tell it in').choices(['18', '19']).default('19'),
    )
    .option('--navigator <file>', 'write a layer for the ATT&CK Navigator; - for standard output')
    .option('--json', 'print the coverage as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound rules coverage
  $ trailhound rules coverage --rules rules detection-rules/rules/integrations/aws --navigator layer.json`,
    )
    .action(async (options: CoverageOptions) => {
      const { attackCoverage, navigatorLayer } = await import('../../detection/attack-coverage.ts');
      const { loadRules } = await import('../detection/load-rules.ts');
      const { renderAttackCoverage } = await import('../detection/render-coverage.ts');
      const { writeOutputFile } = await import('../terminal/output-file.ts');
      const { ruleSet } = loadRules({ rules: options.rules });
      const coverage = attackCoverage(
        ruleSet.rules.map(({ file }) => file),
        options.attack,
      );
      const layer = safe`${safeJson(navigatorLayer(coverage, options.attack), 2)}\n`;
      if (options.navigator === '-') await printPart(layer);
      else {
        if (options.navigator !== undefined) writeOutputFile(options.navigator, layer);
        if (options.json === true)
          await printAnswer('rules coverage', { attack: options.attack, tactics: coverage }, 2);
        else printLine(renderAttackCoverage(coverage));
      }
    });
  refuseIdleOptions<CoverageOptions>(coverage, [
    {
      option: 'json',
      when: ({ navigator }) => navigator === '-',
      why: 'does nothing beside --navigator -, which prints the layer: write that into a file, or give one of the two',
    },
  ]);
}
