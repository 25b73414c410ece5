import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTemporal, temporalCacheDir, temporalSources } from '../../src/adapters/embedded/temporal-binary.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-temporal-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function executable(name: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, '#!/bin/sh\n', { mode: 0o755 });
  return file;
}
/** The places that need no download. */
function local(env: NodeJS.ProcessEnv) {
  return temporalSources(env).slice(0, 3);
}

test('TRAILHOUND_TEMPORAL goes before PATH, and PATH before the cache', async () => {
  const onPath = await executable('temporal');
  const named = await executable('mine');
  expect(await findTemporal(local({ TRAILHOUND_TEMPORAL: named, PATH: folder }))).toBe(named);
  expect(await findTemporal(local({ PATH: `/nonexistent:${folder}` }))).toBe(onPath);
});

test('the cache lies outside the checkout', () => {
  expect(temporalCacheDir({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/trailhound');
  expect(temporalCacheDir({}).startsWith(process.cwd())).toBe(false);
});

test('a source that fails is told, and the next one is asked', async () => {
  const notes: string[] = [];
  const sources = [
    { name: 'the first', find: () => Promise.reject(new Error('no route to host\nand more')) },
    { name: 'the second', find: () => Promise.resolve('/usr/bin/temporal') },
  ];
  expect(await findTemporal(sources, (line) => notes.push(line))).toBe('/usr/bin/temporal');
  expect(notes).toEqual(['Temporal: the first failed (no route to host), trying the next source']);
});

test('where none has it, the error says what each source said and what to do', async () => {
  const env = { TRAILHOUND_TEMPORAL: '/nonexistent', PATH: '', XDG_CACHE_HOME: folder };
  await expect(findTemporal(local(env))).rejects.toMatchObject({
    message: expect.stringMatching(
      /TRAILHOUND_TEMPORAL: \/nonexistent is not an executable file\n.*PATH: none\n.*none$/,
    ),
    remedy: expect.stringContaining('install it'),
  });
});
