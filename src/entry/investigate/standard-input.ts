import { createWriteStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Inputs, InputSource } from '../../adapters/files/input-paths.ts';

/** Lets work read its inputs more than once: standard input is kept in a file that only this user can read, until it is done. */
export async function withStandardInputKept(inputs: Inputs, work: (inputs: Inputs) => Promise<void>): Promise<void> {
  if (inputs.sources.every(({ kind }) => kind === 'file')) return work(inputs);
  const folder = await mkdtemp(join(tmpdir(), 'trailhound-'));
  try {
    const path = join(folder, 'records.json');
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
    const kept: InputSource = { kind: 'file', path, name: '<stdin>', bytes: statSync(path).size };
    await work({ ...inputs, sources: inputs.sources.map((input) => (input.kind === 'stdin' ? kept : input)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
