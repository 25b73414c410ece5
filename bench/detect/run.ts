import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate, type Mix } from './generate.ts';

/**
 * Measures `trailhound detect` against limits, on data made from recordings: wall time over the time of nothing but reading and
 * `JSON.parse`, time with all rules over time with a tenth of them, peak memory as the input grows tenfold, events a second.
 */
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '3' },
    rules: { type: 'string', default: '../shared/corpora/elastic-rules' },
    recordings: { type: 'string', default: '../shared/corpora/cloudtrail-stratus' },
    folder: { type: 'string' },
    seed: { type: 'string', default: '1' },
    memory: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const cores = availableParallelism();
const rounds = Number(values.rounds);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'trailhound-bench-'));
const ruleFiles = globSync(`${values.rules}/**/*.toml`).toSorted();
const tenth = ruleFiles.filter((_, index) => index % 10 === 0);

interface Measured {
  readonly seconds: number;
  /** Of all threads, user and system. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly output: string;
}

/** Runs a TypeScript file in a Node of its own, and measures it from start to end. */
function measure(file: string, args: readonly string[]): Promise<Measured> {
  const usageFile = join(folder, 'usage');
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', './bench/detect/report-usage.ts', file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The compile cache as `npm run trailhound` sets it, for both sides.
      env: { ...process.env, USAGE_FILE: usageFile, NODE_COMPILE_CACHE: 'node_modules/.cache/trailhound' },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${file} ended with ${code}: ${errors}`));
      const seconds = (performance.now() - started) / 1000;
      const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage;
      const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
      return resolve({ seconds, cpuSeconds, peakMegabytes: usage.maxRSS / 1024, output });
    });
  });
}

function detect(files: readonly string[], rules: readonly string[], threads: number): Promise<Measured> {
  const ruleArgs = rules.flatMap((rule) => ['--rules', rule]);
  return measure('src/entry/cli/main.ts', [
    'detect',
    '--threads',
    String(threads),
    '-o',
    'summary',
    ...ruleArgs,
    ...files,
  ]);
}

/** The best of some rounds of several measurements, taken in turn, so that what else the machine does falls on all of them. */
async function best<K extends string>(
  runs: Readonly<Record<K, () => Promise<Measured>>>,
): Promise<Record<K, Measured>> {
  const found: Partial<Record<K, Measured>> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const name of Object.keys(runs) as K[]) {
      const measured = await runs[name]();
      if (measured.seconds < (found[name]?.seconds ?? Number.POSITIVE_INFINITY)) found[name] = measured;
    }
  }
  return found as Record<K, Measured>;
}

async function measureMix(mix: Mix, limit: number): Promise<void> {
  const out = join(folder, mix);
  const made = await generate({
    recordings: values.recordings,
    out,
    megabytes: Number(values.megabytes),
    mix,
    seed: Number(values.seed),
  });
  const files = globSync(`${out}/*.json`).toSorted();
  console.log(`\n${mix} mix: ${made.records} records, ${(made.bytes / 1e6).toFixed(0)} MB in ${made.files} files`);
  const all = await best({
    parseAll: () => measure('bench/detect/parse-only.ts', [String(cores), ...files]),
    detectAll: () => detect(files, ruleFiles, cores),
    parseOne: () => measure('bench/detect/parse-only.ts', ['1', ...files]),
    detectOne: () => detect(files, ruleFiles, 1),
    detectTenth: () => detect(files, tenth, cores),
  });
  const perSecond = (one: Measured): string => Math.round(made.records / one.seconds).toLocaleString('en');
  const ratio = (a: Measured, b: Measured): string =>
    `${(a.seconds / b.seconds).toFixed(2)} (${a.seconds.toFixed(2)} s / ${b.seconds.toFixed(2)} s), ` +
    `of processor time ${(a.cpuSeconds / b.cpuSeconds).toFixed(2)}`;
  console.log(`  detect / JSON.parse, ${cores} threads:  ${ratio(all.detectAll, all.parseAll)}, limit ${limit}`);
  console.log(`  detect / JSON.parse, 1 thread:   ${ratio(all.detectOne, all.parseOne)}`);
  console.log(
    `  ${ruleFiles.length} rules / ${tenth.length} rules:          ${ratio(all.detectAll, all.detectTenth)}, limit 1.2`,
  );
  console.log(
    `  events a second:                 ${perSecond(all.detectOne)} on one thread, ${perSecond(all.detectAll)} on ${cores}`,
  );
  if (values.memory) await measureMemory(mix, all.detectAll.peakMegabytes);
  rmSync(out, { recursive: true });
}

/** Peak memory at ten times the input. */
async function measureMemory(mix: Mix, before: number): Promise<void> {
  const out = join(folder, `${mix}-tenfold`);
  const megabytes = 10 * Number(values.megabytes);
  await generate({ recordings: values.recordings, out, megabytes, mix, seed: Number(values.seed) + 1 });
  const run = await detect(globSync(`${out}/*.json`).toSorted(), ruleFiles, cores);
  console.log(
    `  peak memory:                     ${before.toFixed(0)} MB, at tenfold input ${run.peakMegabytes.toFixed(0)} MB, limit 600 MB`,
  );
  console.log(
    run.output
      .split('\n')
      .filter((line) => /held|kept|candidates/.test(line))
      .map((line) => `    ${line}`)
      .join('\n'),
  );
  rmSync(out, { recursive: true });
}

try {
  console.log(`Node ${process.version}, ${cores} cores, ${ruleFiles.length} rule files, best of ${rounds} rounds`);
  await measureMix('benign', 1.2);
  await measureMix('attack', 1.5);
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
