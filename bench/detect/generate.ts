import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/model/json.ts';
import { benignRecord } from './benign-traffic.ts';
import { SeededRandom } from './random.ts';
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

const fileBytes = 16e6;
const attackShare = 0.01;
/** Records a second of event time, over all accounts. */
const recordsPerSecond = 50;
const startMs = Date.UTC(2026, 5, 1);

/** Writes CloudTrail files (`{"Records":[...]}`) of varied recordings into a folder, the same for the same seed. */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const recorded = await recordsIn(options.recordings);
  const random = new SeededRandom(options.seed);
  await mkdir(options.out, { recursive: true });
  let written = { files: 0, records: 0, bytes: 0 };
  while (written.bytes < options.megabytes * 1e6) {
    const left = Math.min(fileBytes, options.megabytes * 1e6 - written.bytes);
    const path = join(options.out, `${options.mix}-${String(written.files).padStart(4, '0')}.json`);
    const file = await writeFile(path, left, written.records, recorded, options.mix, random);
    written = { files: written.files + 1, records: written.records + file.records, bytes: written.bytes + file.bytes };
  }
  return written;
}

async function writeFile(
  path: string,
  size: number,
  firstRecord: number,
  recorded: readonly JsonObject[],
  mix: Mix,
  random: SeededRandom,
): Promise<{ readonly records: number; readonly bytes: number }> {
  const stream = createWriteStream(path);
  const written = { records: 0, bytes: 0 };
  async function write(text: string): Promise<void> {
    written.bytes += Buffer.byteLength(text);
    if (!stream.write(text)) await once(stream, 'drain');
  }
  await write('{"Records":[');
  while (written.bytes < size) {
    const eventTime = timeOf(firstRecord + written.records);
    const attack = mix === 'attack' || random.chance(attackShare);
    const record = attack ? varyRecord(random.pick(recorded), eventTime, random) : benignRecord(eventTime, random);
    await write(`${written.records === 0 ? '' : ','}${JSON.stringify(record)}`);
    written.records += 1;
  }
  await write(']}');
  stream.end();
  await once(stream, 'close');
  return written;
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
