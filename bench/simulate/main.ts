import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../src/entry/cli/whole-number-option.ts';
import { simulateCollection, type SimulationOptions, type SimulationResult } from './simulate-collection.ts';

interface Options {
  readonly sources: number;
  readonly days: number;
  readonly seed?: number;
  readonly repeat?: boolean;
  readonly json?: boolean;
}

interface Timed extends SimulationResult {
  readonly wallS: number;
}

const shownFindings = 20;
const largestSeed = 2 ** 32 - 1;

const program = new Command('bench:simulate')
  .description(
    'Polls account-regions under a virtual clock and faults from a seed, and checks the outcome against the truth.',
  )
  .option('--sources <count>', 'account-regions', wholeNumber, 100)
  .option('--days <count>', 'simulated days of each, two at least', daysOption, 365)
  .option('--seed <number>', `0 to ${largestSeed} (default: a fresh one, printed)`, seedOption)
  .option('--repeat', 'run twice, and compare all that happened bit for bit')
  .option('--json', 'print {"seed":...,"sources":...,"days":...,"runs":[...],"repeatEqual":true|false|null} alone')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run bench:simulate -- --days 30 --sources 5        a look of a few seconds, with a fresh seed
  $ npm run bench:simulate -- --seed 2026                  a year of 100 account-regions
  $ npm run bench:simulate -- --seed 2026 --repeat         the same twice: is it the same?

Exit codes: 0 all is well, 1 a checker found something or the repeat differed, 2 wrong usage.`,
  )
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'bench:simulate: ')) })
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .action(run);

program.parse();

function run({ repeat = false, json = false, seed = freshSeed(), sources, days }: Options): void {
  const options = { seed, sources, days };
  if (!json) console.log(`seed ${seed}: ${days} days of ${sources} account-regions`);
  const runs = [timed(options), ...(repeat ? [timed(options)] : [])];
  const repeatEqual = repeat ? new Set(runs.map(happenings)).size === 1 : null;
  if (json) console.log(JSON.stringify({ ...options, runs, repeatEqual }));
  else print(options, runs, repeatEqual);
  if (repeatEqual === false || runs.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
}

function timed(options: SimulationOptions): Timed {
  const startedAt = performance.now();
  const result = simulateCollection(options);
  return { ...result, wallS: (performance.now() - startedAt) / 1000 };
}

/** All of a run but how long it took; the digest in it is over every page that was read. */
function happenings(run: Timed): string {
  return JSON.stringify({ ...run, wallS: null });
}

function print(options: SimulationOptions, runs: readonly Timed[], repeatEqual: boolean | null): void {
  for (const { wallS, ...result } of runs) {
    console.log(JSON.stringify({ ...result, findings: result.findings.slice(0, shownFindings) }, null, 2));
    const ratio = (options.days * 86_400) / wallS;
    console.log(
      `${wallS.toFixed(1)} s: ${Math.round(ratio)} simulated seconds a second (${Math.round(ratio * options.sources)} account-region seconds), ${result.findings.length} findings`,
    );
  }
  if (repeatEqual !== null) console.log(repeatEqual ? 'the repeat was equal' : 'THE REPEAT DIFFERED');
}

function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function seedOption(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > largestSeed) {
    throw new InvalidArgumentError(`Give a whole number from 0 to ${largestSeed}.`);
  }
  return Number(text);
}

function daysOption(text: string): number {
  const days = wholeNumber(text);
  if (days < 2) throw new InvalidArgumentError('Give two days at least: sweeps need their time.');
  return days;
}
