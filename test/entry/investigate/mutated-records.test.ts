import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hostileRecord } from '../../investigation/assessment/hostile-record.ts';

/* FUZZ_RECORDS=31000 npm test -- test/entry/investigate/mutated-records.test.ts is the long run; FUZZ_SEED repeats one. */

const count = Number(process.env['FUZZ_RECORDS'] ?? 1_000);
vi.setConfig({ testTimeout: 120_000 + count * 40, hookTimeout: 120_000 + count * 40 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-mutated-'));
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_007);
  console.info(`seed ${seed} (FUZZ_SEED=${seed} runs it again)`);
  const records = fc.sample(hostileRecord, { seed, numRuns: count });
  await pipeline(
    records.map((record) => `${JSON.stringify(record)}\n`),
    createWriteStream(join(folder, 'mutated.ndjson')),
  );
});
afterAll(() => rm(folder, { recursive: true }));

function run(command: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    const args = ['src/entry/cli/main.ts', command, folder, '--json'];
    const child = execFile(process.execPath, args, { maxBuffer: 2 ** 30 }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

test.each(['detect', 'investigate'])(
  'no mutated record ends `%s`: what is no record is counted, and the rest is judged',
  async (command) => {
    const { code, out, err } = await run(command);
    expect(err).not.toMatch(/^\s+at |unexpected|not as promised/imu);
    // As ever where some of the input is no record.
    expect(code).toBe(5);
    expect(err).toMatch(/records? skipped|malformed/u);
    const lines = command === 'investigate' ? [out] : out.trimEnd().split('\n');
    expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
    expect(out.length).toBeGreaterThan(1_000);
  },
);
