import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-loaded-'));
  writeFileSync(join(folder, 'none.json'), '{"Records":[]}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Tells at the end which files were loaded as modules. */
const telling = `
import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
process.on('exit', () => process.stderr.write(urls.map((url) => 'loaded ' + url + '\\n').join('')));`;

test('detect loads nothing of what investigates, and nothing of Temporal: on small inputs, starting is most of its time', async () => {
  const preload = `data:text/javascript,${encodeURIComponent(telling)}`;
  const args = ['--import', preload, 'src/entry/cli/main.ts', 'detect', '-o', 'ndjson', folder];
  const { stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16e6 });
  const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '));
  expect(loaded.some((line) => line.endsWith('/src/detection/engine.ts'))).toBe(true);
  expect(
    loaded.filter((line) => /\/node_modules\/@temporalio\/|\/src\/investigation\/(?!report\/)/.test(line)),
  ).toEqual([]);
});
