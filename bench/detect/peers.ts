import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import type { JsonObject } from '../../src/model/json.ts';

/** Where the peers are; each is left out, with the reason, where it cannot be run. */
export interface PeerPlaces {
  /** The `rsigma` program; on PATH where not given. */
  readonly rsigma?: string | undefined;
  /** Sigma's CloudTrail rules: the folder `rules/cloud/aws` of SigmaHQ/sigma. */
  readonly sigmaRules?: string | undefined;
  /** A Python with the package `eql`; `python3` on PATH where not given. */
  readonly eqlPython?: string | undefined;
  /** Elastic's rules, for `eql`. */
  readonly elasticRules: string;
}

/** What a peer took from its start to its end, rules loaded and all. */
export interface MeasuredPeer {
  readonly name: string;
  readonly version: string;
  readonly rules: number;
  readonly records: number;
  /** Of all rules. */
  readonly matches: number;
  readonly seconds: number;
  /** User and system, of all its threads. */
  readonly cpuSeconds: number;
}

export interface MissingPeer {
  readonly name: string;
  /** Why it was not run, and how to have it. */
  readonly missing: string;
}

export type Peer = MeasuredPeer | MissingPeer;

/**
 * Runs other engines on the same records, one after the other, each a process of its own. Both take one JSON object a line, which is
 * written before the clock starts: CloudTrail's own records for `rsigma`, ECS documents of ours for `eql`, whose rules are made for them.
 *
 * @param files CloudTrail files (`{"Records":[...]}`), each small enough to be parsed at once.
 * @param rounds the best of so many runs counts.
 */
export async function measurePeers(files: readonly string[], places: PeerPlaces, rounds = 1): Promise<readonly Peer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-peers-'));
  const input = { files, folder, rounds };
  try {
    return [await measureRsigma(input, places), await measureEql(input, places)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface PeerInput {
  readonly files: readonly string[];
  /** For what is written for the peers. */
  readonly folder: string;
  readonly rounds: number;
}

async function measureRsigma({ files, folder, rounds }: PeerInput, places: PeerPlaces): Promise<Peer> {
  const name = 'rsigma';
  const { rsigma = 'rsigma', sigmaRules } = places;
  const version = await run([rsigma, '--version']);
  if ('failed' in version)
    return { name, missing: 'install it: cargo install rsigma --version 0.26.0 --ignore-rust-version' };
  const rules = sigmaRules === undefined ? [] : globSync('**/*.yml', { cwd: sigmaRules });
  if (sigmaRules === undefined || rules.length === 0)
    return {
      name,
      missing: 'name the folder rules/cloud/aws of a checkout of github.com/SigmaHQ/sigma (--sigma-rules)',
    };
  const events = join(folder, 'records.ndjson');
  const records = await writeLines(files, events, (record) => record);
  const options = ['--no-stats', '--output-format', 'ndjson'];
  const command = [rsigma, 'engine', 'eval', '-r', sigmaRules, '-e', `@${events}`, ...options];
  const measured = await best(rounds, () => run(command, 'count lines'));
  if ('failed' in measured) return { name, missing: `it ended with an error: ${measured.failed}` };
  const { seconds, cpuSeconds, lines: matches } = measured;
  return {
    name,
    version: /[\d.]+/.exec(version.output)?.[0] ?? '?',
    rules: rules.length,
    records,
    matches,
    seconds,
    cpuSeconds,
  };
}

async function measureEql({ files, folder, rounds }: PeerInput, places: PeerPlaces): Promise<Peer> {
  const name = 'eql';
  const { eqlPython = 'python3', elasticRules } = places;
  if ('failed' in (await run([eqlPython, '-c', 'import eql, tomllib'])))
    return { name, missing: 'install it: python3 -m venv FOLDER && FOLDER/bin/pip install eql (Python 3.11 or newer)' };
  const documents = join(folder, 'documents.ndjson');
  await writeLines(files, documents, (record) => normalizeRecord(record));
  const command = [eqlPython, join(import.meta.dirname, 'peer-eql.py'), elasticRules, documents];
  const measured = await best(rounds, () => run(command));
  if ('failed' in measured) return { name, missing: `it ended with an error: ${measured.failed}` };
  const { seconds, cpuSeconds, output } = measured;
  const { version, rules, records, matches } = JSON.parse(output) as EqlReport;
  const total = Object.values(matches).reduce((sum, count) => sum + count, 0);
  return { name, version, rules, records, matches: total, seconds, cpuSeconds };
}

/** What `peer-eql.py` prints. */
interface EqlReport {
  readonly version: string;
  readonly rules: number;
  readonly records: number;
  readonly matches: Readonly<Record<string, number>>;
}

interface PeerRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The end of what it printed. */
  readonly output: string;
  readonly lines: number;
}

interface FailedRun {
  readonly failed: string;
}

/** Bash's own `time` measures, for Node does not tell what a child used: the child's errors go to descriptor 3, the figures to 2. */
const timed = 'TIMEFORMAT="%R %U %S"; time "$@" 2>&3';

/** Runs a program to its end; where it is not there or fails, its last words. */
function run(command: readonly string[], counting?: 'count lines'): Promise<PeerRun | FailedRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', timed, 'bash', ...command], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let [output, errors, figures, lines] = ['', '', '', 0];
    child.stdout?.on('data', (chunk: Buffer) => {
      if (counting !== undefined) for (const byte of chunk) lines += byte === 10 ? 1 : 0;
      output = (output + chunk.toString()).slice(-65_536);
    });
    child.stderr?.on('data', (chunk: Buffer) => (figures += chunk.toString()));
    child.stdio[3]?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-65_536)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return resolve({ failed: errors.trim().split('\n').at(-1) ?? '' });
      const [seconds = 0, user = 0, system = 0] = figures.trim().split(' ').map(Number);
      return resolve({ seconds, cpuSeconds: user + system, output, lines });
    });
  });
}

async function best(rounds: number, once: () => Promise<PeerRun | FailedRun>): Promise<PeerRun | FailedRun> {
  let found = await once();
  for (let round = 1; round < rounds && !('failed' in found); round += 1) {
    const next = await once();
    if ('failed' in next || next.seconds < found.seconds) found = next;
  }
  return found;
}

/** Writes one JSON object a line for each record of the files, and says how many. */
async function writeLines(
  files: readonly string[],
  path: string,
  form: (record: JsonObject) => unknown,
): Promise<number> {
  const stream = createWriteStream(path);
  let records = 0;
  for (const file of files) {
    const { Records: found } = JSON.parse(await readFile(file, 'utf8')) as { readonly Records: readonly JsonObject[] };
    for (const record of found) {
      if (!stream.write(`${JSON.stringify(form(record))}\n`)) await once(stream, 'drain');
    }
    records += found.length;
  }
  stream.end();
  await once(stream, 'close');
  return records;
}

/** A line for a person. */
export function peerLine(peer: Peer): string {
  if ('missing' in peer) return `${peer.name}: not run; ${peer.missing}`;
  const { name, version, rules, records, matches, seconds, cpuSeconds } = peer;
  const perSecond = Math.round(records / seconds).toLocaleString('en');
  const time = `${seconds.toFixed(2)} s, of processors ${cpuSeconds.toFixed(2)} s`;
  return `${name} ${version}: ${rules} rules, ${records} records, ${matches} matches in ${time}; ${perSecond} events a second`;
}

if (import.meta.main) {
  const { values, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
      rsigma: { type: 'string' },
      'sigma-rules': { type: 'string' },
      'eql-python': { type: 'string' },
      rules: { type: 'string', default: '../shared/corpora/elastic-rules' },
      rounds: { type: 'string', default: '3' },
    },
  });
  if (files.length === 0)
    throw new Error('name the CloudTrail files to measure on; bench/detect/generate.ts makes some');
  const places = {
    rsigma: values.rsigma,
    sigmaRules: values['sigma-rules'],
    eqlPython: values['eql-python'],
    elasticRules: values.rules,
  };
  const peers = await measurePeers(files, places, Number(values.rounds));
  for (const peer of peers) console.log(peerLine(peer));
}
