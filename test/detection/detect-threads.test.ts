import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../bench/detect/generate.ts';
import { SeededRandom } from '../../bench/detect/random.ts';
import { fileParts } from '../../src/adapters/files/file-parts.ts';
import { inputSources } from '../../src/adapters/files/input-paths.ts';
import { notReadWhole } from '../../src/entry/cli/exit-codes.ts';
import { usefulThreads } from '../../src/entry/detection/detection-threads.ts';
import type { JsonObject } from '../../src/model/json.ts';

const corpora = '../shared/corpora';
const recordings = `${corpora}/cloudtrail-stratus`;
if (!existsSync(recordings)) console.warn(`SKIPPED: ${recordings} is not here, and records are made of it`);

/**
 * Threads start at more. What takes time is how many records are judged: these are made longer than they came, by what gzip cannot
 * shorten.
 */
const megabytes = 9;
function padding() {
  return randomBytes(3_000).toString('base64');
}
const exception = `[[exception]]
id = "known-deployer"
rule_id = "EXCEPTED"
condition = 'source.ip: "1.0.0.0/8" or source.ip: "2.0.0.0/7" or source.ip: "64.0.0.0/4"'
owner = "ann"
reason = "a test"
`;

/** Alerts of one address suppress those of another. */
const suppressingRule = `[rule]
name = "Address of an account first seen"
description = "a test"
rule_id = "suppressing"
risk_score = 21
severity = "low"
type = "new_terms"
query = 'source.ip: *'
[rule.new_terms]
value = ["source.ip"]
history_window_start = [{ field = "history_window_start", value = "now-7d" }]
[rule.alert_suppression]
group_by = ["cloud.account.id"]
duration = { value = 1, unit = "m" }
`;

let folder: string;
let records: readonly JsonObject[];
const random = new SeededRandom(7);

function at(name: string): string {
  return join(folder, name);
}

/** Writes a folder of trail files, or of what else is made of some records. */
function write(name: string, parts: readonly (readonly JsonObject[])[], form = trailFile, ending = '.json'): string {
  mkdirSync(at(name));
  for (const [index, part] of parts.entries()) {
    writeFileSync(join(at(name), `${String(index).padStart(3, '0')}${ending}`), form(part));
  }
  return at(name);
}

function trailFile(part: readonly JsonObject[]): string | Buffer {
  return JSON.stringify({ Records: part });
}
function lines(part: readonly JsonObject[]): string {
  return part.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function inParts<T>(list: readonly T[], count: number): readonly (readonly T[])[] {
  const size = Math.ceil(list.length / count);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}

function shuffled<T>(list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, place: random.below(2 ** 30) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

interface Run {
  /** Of standard output: the alerts. */
  readonly digest: string;
  readonly alerts: number;
  readonly suppressed: number;
  /** What goes to standard error, in no order. */
  readonly told: readonly string[];
}

function detect(input: string, threads: number, output = 'ndjson'): Promise<Run> {
  const given = ['rules', `${corpora}/elastic-rules`, at('suppressing.toml')].flatMap((path) => ['--rules', path]);
  const rules = [...given, '--exceptions', at('exceptions.toml')];
  const args = ['src/entry/cli/main.ts', 'detect', ...rules, '--threads', String(threads), '-o', output, input];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 29 }, (error, stdout, stderr) => {
      // The recordings hold two malformed records, which \`detect\` ends with a code of its own for.
      if (error !== null && error.code !== notReadWhole) return reject(error);
      const digest = createHash('sha256').update(stdout).digest('hex');
      const suppressed = stdout.split(/"suppressed":true|,yes$/m).length - 1;
      return resolve({
        digest,
        alerts: stdout.split('\n').length - 1,
        suppressed,
        told: stderr.split('\n').toSorted(),
      });
    });
  });
}

/** So many threads start, whatever the machine. */
function threadsOn(input: string, wanted: number): number {
  return usefulThreads(inputSources([input]), wanted);
}

describe.skipIf(!existsSync(recordings))('the alerts of detect are the same to the byte', () => {
  let reference: Run;
  let inFiles: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trailhound-threads-'));
    await generate({ recordings, out: at('generated'), megabytes, mix: 'attack', seed: 4 });
    const generated = globSync(`${at('generated')}/*.json`).toSorted();
    records = [...generated, ...globSync(`${recordings}/*.json`).toSorted()].flatMap((path) => {
      const content = JSON.parse(readFileSync(path, 'utf8')) as
        readonly JsonObject[] | { Records: readonly JsonObject[] };
      const found = 'Records' in content ? content.Records : content;
      return found.map((record) => ({ ...record, padding: padding() }));
    });
    const ids = globSync('rules/*.toml').map((path) => /^rule_id = "(.*)"$/m.exec(readFileSync(path, 'utf8'))?.[1]);
    writeFileSync(at('exceptions.toml'), exception.replace('"EXCEPTED"', JSON.stringify(ids)));
    const malformed = [
      { ...records[0], eventTime: 'yesterday' },
      { ...records[1], eventID: 7 },
    ];
    writeFileSync(at('suppressing.toml'), suppressingRule);
    const parts = inParts(records, 7);
    inFiles = write('files', [...parts, malformed]);
    reference = await detect(inFiles, 1);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it('on one thread and on several, which tell the same too', async () => {
    expect(threadsOn(inFiles, 2)).toBe(2);
    expect(threadsOn(inFiles, 5)).toBe(5);
    expect(reference.alerts).toBeGreaterThan(1_500);
    expect(reference.suppressed).toBeGreaterThan(50);
    expect(reference.suppressed).toBeLessThan(reference.alerts / 2);
    expect(reference.told.join('\n')).toMatch(/2 of [\d,]+ records were malformed/);
    expect(reference.told.join('\n')).toMatch(/known-deployer .* held back [1-9][\d,]* events/);
    expect(await detect(inFiles, 2)).toEqual(reference);
    expect(await detect(inFiles, 5)).toEqual(reference);
    const table = await detect(inFiles, 1, 'csv');
    expect(await detect(inFiles, 2, 'csv')).toEqual(table);
    // It is made in another way: there each part of the alerts is made by itself, here all at once.
    expect(table.suppressed).toBe(reference.suppressed);
  }, 120_000);

  it('in one file, one record a line, which threads share', async () => {
    const one = write('one', [records], lines, '.ndjson');
    expect((await fileParts(inputSources([one]))).length).toBeGreaterThan(2);
    const { digest } = await detect(one, 2);
    expect(digest).toBe(reference.digest);
  }, 60_000);

  it('in many files, in any order, some records in two of them', async () => {
    const twice = records.filter(() => random.chance(0.02));
    const input = write('shuffled', inParts(shuffled([...records, ...twice]), 40));
    expect(threadsOn(input, 3)).toBe(3);
    expect((await detect(input, 3)).digest).toBe(reference.digest);
  }, 60_000);

  it('newest first', async () => {
    const input = write('newest-first', inParts(records.toReversed(), 5));
    expect((await detect(input, 3)).digest).toBe(reference.digest);
  }, 60_000);

  it('gzipped', async () => {
    // Much smaller than what is in it: threads start all the same.
    const packed = write('packed', inParts(records, 6), (part) => gzipSync(trailFile(part), { level: 1 }), '.json.gz');
    expect(threadsOn(packed, 2)).toBe(2);
    expect((await detect(packed, 2)).digest).toBe(reference.digest);
    const one = write('packed-one', [records], (part) => gzipSync(trailFile(part), { level: 1 }), '.json.gz');
    expect((await detect(one, 2)).digest).toBe(reference.digest);
  }, 60_000);
});
