import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { generate } from '../../../bench/detect/generate.ts';
import { writeOrdinaryAccount } from '../../../bench/case/ordinary-account.ts';
import { RecordIndex } from '../../../src/entry/investigate/record-index.ts';
import type { Instant } from '../../../src/model/ids.ts';
import { investigatePaths } from '../../investigation/expected/investigate-records.ts';
import { stories } from '../../investigation/expected/stories.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhound-again-'));
afterAll(() => rmSync(folder, { recursive: true }));

const recordings = '../shared/corpora/cloudtrail-stratus';
const present = existsSync(recordings);
if (!present) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

/** Has every source read once more as a whole. */
class NoIndex extends RecordIndex {
  override record(): void {
    this.beyond();
  }
}

/** The cases of files, as what is printed of them: by the records that the index finds, and by reading all of it again. */
async function bothWays(
  paths: readonly string[],
): Promise<{ readonly found: string; readonly whole: string; readonly cases: number }> {
  const asOf = '2026-11-28T00:00:00.000Z' as Instant;
  const found = await investigatePaths(paths, { asOf });
  const whole = await investigatePaths(paths, { asOf, index: new NoIndex() });
  return { found: shown(found), whole: shown(whole), cases: found.length };
}

function shown(cases: Awaited<ReturnType<typeof investigatePaths>>): string {
  return JSON.stringify(
    cases.map(({ document }) => document),
    null,
    1,
  );
}

test('the cases of a story are the same by what the index finds as by reading all of it again', async () => {
  for (const { name, records } of stories) {
    const path = join(folder, 'story.json.gz');
    writeFileSync(path, gzipSync(JSON.stringify({ Records: records() })));
    const { found, whole, cases } = await bothWays([path]);
    expect(found, name).toBe(whole);
    expect(cases, name).toBeGreaterThan(0);
  }
});

describe.skipIf(!present)(
  'of recorded attacks, the cases are the same by what the index finds as by reading all of it again',
  () => {
    test('as they were recorded, all in one folder', async () => {
      const { found, whole, cases } = await bothWays([recordings]);
      expect(found).toBe(whole);
      expect(cases).toBeGreaterThan(20);
    });

    test.each(['benign', 'attack'] as const)('varied, in the %s mix of the benches', async (mix) => {
      const out = join(folder, mix);
      await generate({ recordings, out, megabytes: mix === 'benign' ? 4 : 1, mix, seed: 11 });
      const { found, whole, cases } = await bothWays([out]);
      expect(found).toBe(whole);
      expect(cases).toBeGreaterThan(20);
    });

    test("in an ordinary account's traffic", async () => {
      const out = join(folder, 'ordinary');
      await writeOrdinaryAccount(out, { recordings, megabytes: 6, seed: 11 });
      const { found, whole, cases } = await bothWays([out]);
      expect(found).toBe(whole);
      expect(cases).toBeGreaterThan(10);
    });
  },
);
