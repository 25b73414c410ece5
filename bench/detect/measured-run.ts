import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a Node process took from its start to its end. */
export interface Measured {
  readonly seconds: number;
  /** Of all threads, user and system. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** The end of what it printed. */
  readonly output: string;
}

const keptOutput = 4000;

/**
 * Runs a TypeScript file in a Node of its own, and measures it from start to end.
 *
 * @param folder where the process leaves what it used.
 * @param output what becomes of what it prints: where there is much, taking it would be measured too.
 */
export function measuredRun(
  folder: string,
  file: string,
  args: readonly string[],
  output: 'kept' | 'dropped' = 'kept',
): Promise<Measured> {
  const usageFile = join(folder, 'usage');
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', './bench/detect/report-usage.ts', file, ...args], {
      stdio: ['ignore', output === 'kept' ? 'pipe' : 'ignore', 'pipe'],
      // The compile cache as `npm run trailhound` sets it, for both sides.
      env: { ...process.env, USAGE_FILE: usageFile, NODE_COMPILE_CACHE: 'node_modules/.cache/trailhound' },
    });
    let printed = '';
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-keptOutput)));
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-keptOutput)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${file} ended with ${code}: ${errors}`));
      const seconds = (performance.now() - started) / 1000;
      const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage;
      const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
      return resolve({ seconds, cpuSeconds, peakMegabytes: usage.maxRSS / 1024, output: printed });
    });
  });
}

/** The best of some rounds of several measurements, taken in turn, so that what else the machine does falls on all of them. */
export async function bestOf<K extends string>(
  rounds: number,
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
