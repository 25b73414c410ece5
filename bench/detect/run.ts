import { Command, Option } from 'commander';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeNumber } from '../../src/entry/cli/whole-number-option.ts';
import { generate, type Mix } from './generate.ts';
import { bestOf, measuredRun, type Measured } from './measured-run.ts';
import { measurePeers, peerLine } from './peers.ts';

interface Options {
  readonly megabytes: number;
  readonly rounds: number;
  readonly rules: string;
  readonly recordings: string;
  readonly seed: number;
  readonly mix?: Mix;
  readonly memory: boolean;
  readonly peers: boolean;
  readonly rsigma?: string;
  readonly sigmaRules?: string;
  readonly eqlPython?: string;
}

/** Wall time of `detect` over that of reading and parsing, at most. */
const limits: Readonly<Record<Mix, number>> = { benign: 1.2, attack: 1.5 };
const rulesLimit = 1.2;
const memoryLimitMegabytes = 600;
/** Peers are slower by so much that a part of the input has to do. */
const peerMegabytes = 48;

class DetectBench {
  readonly #options: Options;
  readonly #folder: string;
  readonly #cores = availableParallelism();
  readonly #all: readonly string[];
  readonly #tenth: readonly string[];

  constructor(options: Options, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#all = globSync(`${options.rules}/**/*.toml`).toSorted();
    this.#tenth = this.#all.filter((_, index) => index % 10 === 0);
  }

  async run(): Promise<void> {
    const { rounds, mix } = this.#options;
    const rules = `${this.#all.length} rule files`;
    console.log(`Node ${process.version}, ${this.#cores} cores, ${rules}, best of ${rounds} rounds`);
    for (const one of mix === undefined ? (['benign', 'attack'] as const) : [mix]) await this.#measureMix(one);
  }

  async #measureMix(mix: Mix): Promise<void> {
    const { megabytes, seed, memory, peers } = this.#options;
    const { files, records, remove } = await this.#generate(mix, megabytes, seed);
    console.log(`\n${mix} mix: ${records} records, ${megabytes} MB in ${files.length} files`);
    const measured = await this.#measure(files);
    const { detectAll, parseAll, detectLines, detectOne, parseOne, detectTenth } = measured;
    const cores = this.#cores;
    function perSecond(one: Measured): string {
      return Math.round(records / one.seconds).toLocaleString('en');
    }
    printRow(`detect / JSON.parse, ${cores} threads`, `${ratio(detectAll, parseAll)}, limit ${limits[mix]}`);
    printRow(`the same, alerts as ndjson`, ratio(detectLines, parseAll));
    printRow('detect / JSON.parse, 1 thread', `${ratio(detectOne, parseOne)}, limit ${limits[mix]}`);
    printRow(
      `${this.#all.length} rules / ${this.#tenth.length} rules`,
      `${ratio(detectOne, detectTenth)}, limit ${rulesLimit}`,
    );
    printRow('events a second', `${perSecond(detectOne)} on one thread, ${perSecond(detectAll)} on ${cores}`);
    if (memory) await this.#measureMemory(mix, detectAll.peakMegabytes);
    if (peers) await this.#measurePeers(mix);
    remove();
  }

  #measure(files: readonly string[]) {
    return bestOf(this.#options.rounds, {
      parseAll: () => this.#parse(files, this.#cores),
      detectAll: () => this.#detect(files, this.#all, this.#cores),
      detectLines: () => this.#detect(files, this.#all, this.#cores, 'ndjson'),
      parseOne: () => this.#parse(files, 1),
      detectOne: () => this.#detect(files, this.#all, 1),
      detectTenth: () => this.#detect(files, this.#tenth, 1),
    });
  }

  #parse(files: readonly string[], threads: number): Promise<Measured> {
    return measuredRun(this.#folder, 'bench/detect/parse-only.ts', [String(threads), ...files]);
  }

  #detect(
    files: readonly string[],
    rules: readonly string[],
    threads: number,
    output: 'summary' | 'ndjson' = 'summary',
  ): Promise<Measured> {
    const ruleArgs = rules.flatMap((rule) => ['--rules', rule]);
    const args = ['detect', '--threads', String(threads), '-o', output, ...ruleArgs, ...files];
    return measuredRun(this.#folder, 'src/entry/cli/main.ts', args, output === 'summary' ? 'kept' : 'dropped');
  }

  /** Peak memory at ten times the input, and what `detect` itself says about it. */
  async #measureMemory(mix: Mix, before: number): Promise<void> {
    const { megabytes, seed } = this.#options;
    const { files, remove } = await this.#generate(mix, 10 * megabytes, seed + 1);
    const { peakMegabytes, output } = await this.#detect(files, this.#all, this.#cores);
    const peaks = `${before.toFixed(0)} MB, at tenfold input ${peakMegabytes.toFixed(0)} MB`;
    printRow('peak memory', `${peaks}, limit ${memoryLimitMegabytes} MB`);
    for (const line of output.split('\n')) if (line.startsWith('memory grew')) console.log(`    ${line}`);
    remove();
  }

  async #measurePeers(mix: Mix): Promise<void> {
    const { rules, rsigma, sigmaRules, eqlPython, rounds, megabytes, seed } = this.#options;
    const { files, records, remove } = await this.#generate(mix, Math.min(megabytes, peerMegabytes), seed + 2);
    console.log(`  beside it, on ${records} records:`);
    for (const peer of await measurePeers(files, { rsigma, sigmaRules, eqlPython, elasticRules: rules }, rounds))
      console.log(`    ${peerLine(peer)}`);
    remove();
  }

  async #generate(mix: Mix, megabytes: number, seed: number) {
    const out = mkdtempSync(join(this.#folder, `${mix}-`));
    const { records } = await generate({ recordings: this.#options.recordings, out, megabytes, mix, seed });
    function remove(): void {
      rmSync(out, { recursive: true });
    }
    return { files: globSync(`${out}/*.json`).toSorted(), records, remove };
  }
}

function printRow(what: string, figures: string): void {
  console.log(`  ${`${what}:`.padEnd(36)}${figures}`);
}

function ratio(a: Measured, b: Measured): string {
  const wall = `${(a.seconds / b.seconds).toFixed(2)} (${a.seconds.toFixed(2)} s / ${b.seconds.toFixed(2)} s)`;
  return `${wall}, of processor time ${(a.cpuSeconds / b.cpuSeconds).toFixed(2)}`;
}

await new Command('bench:detect')
  .description('Measures `trailhound detect` against limits, on data made of recordings, and other engines beside it.')
  .option('--megabytes <n>', 'size of each mix; memory is measured at tenfold', wholeNumber, 64)
  .option('--rounds <n>', 'the best of so many counts; what is compared is run in turn', wholeNumber, 3)
  .option(
    '--rules <folder>',
    "Elastic's rules; every tenth file makes the small set",
    '../shared/corpora/elastic-rules',
  )
  .option('--recordings <folder>', 'recorded attacks that the data is made of', '../shared/corpora/cloudtrail-stratus')
  .option('--seed <n>', 'the same seed makes the same data', wholeNumber, 1)
  .addOption(new Option('--mix <mix>', 'one mix alone').choices(['benign', 'attack']))
  .option('--no-memory', 'leave the tenfold input out')
  .option('--no-peers', 'leave the other engines out')
  .option('--rsigma <program>', 'where rsigma is, if not on PATH')
  .option('--sigma-rules <folder>', 'rules/cloud/aws of a checkout of github.com/SigmaHQ/sigma')
  .option('--eql-python <program>', 'a Python that has the package eql, if not python3')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run bench:detect                                             both mixes, 64 MB each, in a few minutes
  $ npm run bench:detect -- --megabytes 1000 --rounds 5 --no-memory  what the figures are quoted for
  $ npm run bench:detect -- --megabytes 300 --rounds 1 --mix benign  memory at 3 GB

Prints ratios: they mean something on a machine that does nothing else, and say so much less on another.`,
  )
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'bench:detect: ')) })
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .action(async (options: Options) => {
    const folder = mkdtempSync(join(tmpdir(), 'trailhound-bench-'));
    try {
      await new DetectBench(options, folder).run();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  })
  .parseAsync();
