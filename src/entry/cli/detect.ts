import { type Command, Option } from 'commander';
import { detectionOutputs, type DetectionOutput } from '../detection/detection-output.ts';
import { notReadWhole } from './exit-codes.ts';
import { refuseIdleOptions } from './idle-options.ts';
import { repeated } from './repeated-option.ts';
import { counted } from '../../model/counted.ts';
import { wholeNumber } from './whole-number-option.ts';
import { plainLines, plainText, safe } from '../../model/safe-text.ts';

interface DetectCommandOptions {
  readonly rules?: readonly string[];
  readonly output: DetectionOutput;
  readonly json?: boolean;
  readonly mmdb?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly threads?: number;
}

/** `trailhound detect`: judges recorded events by rules, without any infrastructure. */
export function registerDetect(program: Command): void {
  const detect = program
    .command('detect')
    .description('judge CloudTrail records by detection rules; needs no server')
    .argument(
      '[path...]',
      'files, folders or globs of records in any form, packed or not; - or nothing for standard input',
    )
    .option(
      '-r, --rules <path>',
      "files, folders or globs of rules in the Elastic format (default: Trailhound's own)",
      repeated,
    )
    .option('-x, --exceptions <path>', 'files, folders or globs of exceptions (TOML)', repeated)
    .addOption(new Option('-o, --output <form>', 'how to print alerts').choices(detectionOutputs).default('table'))
    .option('--json', 'the same as --output ndjson')
    .option('--mmdb <file>', 'MaxMind databases for source.geo and source.as', repeated)
    .option('--threads <n>', 'threads to use (default: as many as there are cores)', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  $ trailhound detect logs/                                        what happened, by Trailhound's own rules
  $ trailhound detect --rules detection-rules/rules/integrations/aws --output ndjson logs/*.json.gz > alerts.ndjson
  $ aws cloudtrail lookup-events --output json | trailhound detect --output summary

Records may be in any order and larger than memory. The same record twice counts once. Alerts go to stdout, all else to
stderr. Exits 0 when it ran, whatever it found; 5 where not all of the input could be read, or no record in it was known.`,
    )
    .action(async (paths: readonly string[], options: DetectCommandOptions) => {
      const { inputsOf } = await import('../detection/input-events.ts');
      const { fileParts } = await import('../../adapters/files/file-parts.ts');
      const { startThreads, usefulThreads } = await import('../detection/detection-threads.ts');
      const inputs = inputsOf(paths);
      const sources = await fileParts(inputs.sources);
      const { rules: rulePaths = [], exceptions: exceptionPaths = [], mmdb = [] } = options;
      const threads = startThreads(usefulThreads(sources, options.threads) - 1);
      try {
        const { loadedWarnings, warningLine } = await import('../detection/field-warnings.ts');
        const { loadRules } = await import('../detection/load-rules.ts');
        const { runDetection } = await import('../detection/run-detection.ts');
        const { readingReport } = await import('../detection/reading-report.ts');
        const { tellLine } = await import('../terminal/terminal-output.ts');
        const { printDetection } = await import('../detection/print-detection.ts');
        const heldBack = new Map<string, number>();
        function onHeldBack({ exceptionId }: { readonly exceptionId: string }): void {
          void heldBack.set(exceptionId, (heldBack.get(exceptionId) ?? 0) + 1);
        }
        const rules = loadRules({ rules: rulePaths, exceptions: exceptionPaths, onHeldBack });
        for (const { message } of rules.errors) tellLine(plainLines(message));
        for (const each of loadedWarnings(rules)) tellLine(warningLine(each));
        if (rules.ruleSet.rules.length === 0) throw new Error('no rule can run: name rule files with --rules');
        const reading = readingReport(inputs, tellLine);
        const output = options.json === true ? 'ndjson' : options.output;
        const keepsAbout = output !== 'summary';
        const given = { inputs: inputs.sources.length, sources, mmdb, keepsAbout, threads, reading, onHeldBack };
        const run = await runDetection(rules, given);
        for (const { id, owner, reason } of rules.exceptions) {
          const held = heldBack.get(id) ?? 0;
          const who = safe`${plainText(owner)}: ${plainText(reason)}`;
          tellLine(safe`exception ${plainText(id)} (${who}) held back ${counted(held, 'event')}`);
        }
        await printDetection(run, output);
        if (!reading.isWhole(run.totals.records)) process.exitCode = notReadWhole;
      } finally {
        await threads.end();
      }
    });
  refuseIdleOptions<DetectCommandOptions>(detect, [
    {
      option: 'output',
      when: ({ json, output }) => json === true && output !== 'ndjson',
      why: 'does nothing beside --json, which prints --output ndjson: give one of the two',
    },
  ]);
}
