import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/model/json.ts';
import { benignRecord } from './benign-traffic.ts';
import { SeededRandom } from './random.ts';
import { TrailFiles } from './trail-files.ts';
import { varyRecord } from './vary-record.ts';

export type Mix = 'attack' | 'benign';

export interface GenerateOptions {
  readonly recordings: string;
  readonly out: string;
  readonly megabytes: number;
  /** `attack`: recorded attacks only; `benign`: one record in a hundred is of an attack. */
  readonly mix: Mix;
  readonly seed: number;
}

export interface Generated {
  readonly files: number;
  readonly records: number;
  readonly bytes: number;
}

const attackShare = 0.01;
/** Records a second of event time, over all accounts. */
const recordsPerSecond = 50;
const startMs = Date.UTC(2026, 5, 1);

/** Writes CloudTrail files of varied recordings into a folder, the same for the same seed. */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { out, megabytes, mix, seed } = options;
  const recorded = await recordsIn(options.recordings);
  const random = new SeededRandom(seed);
  const trail = new TrailFiles(out, mix);
  while (trail.bytes < megabytes * 1e6) {
    const eventTime = timeOf(trail.records);
    const attack = mix === 'attack' || random.chance(attackShare);
    await trail.write(attack ? varyRecord(random.pick(recorded), eventTime, random) : benignRecord(eventTime, random));
  }
  await trail.end();
  const { files, records, bytes } = trail;
  return { files, records, bytes };
}

function timeOf(index: number): string {
  return `${new Date(startMs + (index / recordsPerSecond) * 1000).toISOString().slice(0, 19)}Z`;
}

async function recordsIn(folder: string): Promise<readonly JsonObject[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return files.flatMap((text) => JSON.parse(text) as readonly JsonObject[]);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      recordings: { type: 'string', default: '../shared/corpora/cloudtrail-stratus' },
      out: { type: 'string' },
      megabytes: { type: 'string', default: '64' },
      mix: { type: 'string', default: 'benign' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (values.out === undefined) throw new Error('--out FOLDER is needed: where the files are to go');
  if (values.mix !== 'attack' && values.mix !== 'benign') throw new Error('--mix is attack or benign');
  const { recordings, out, mix } = values;
  const made = await generate({ recordings, out, mix, megabytes: Number(values.megabytes), seed: Number(values.seed) });
  console.log(JSON.stringify(made));
}
