import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { runHere } from './run-here.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-output-'));
  writeFileSync(join(folder, 'empty.json'), '{"Records":[]}');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** What a command says on standard error, on one line. */
async function told(args: readonly string[]): Promise<{ readonly lines: string; readonly code: number }> {
  const { code, stderr } = await runHere(folder, args);
  return { code, lines: stderr.replaceAll(/\s+/gu, ' ') };
}

const writers: readonly (readonly [name: string, args: (file: string) => readonly string[]])[] = [
  ['rules coverage --navigator', (file) => ['rules', 'coverage', '--navigator', file]],
  ['rules test --junit', (file) => ['rules', 'test', 'rules/exfiltration-snapshot-shared.toml', '--junit', file]],
  ['investigate --report', (file) => ['investigate', join(folder, 'empty.json'), '--format', 'html', '--report', file]],
];

describe('a file that was named to write into and cannot be written is named, with why and what to do', () => {
  test.each(writers)('%s, in a folder that is not there', async (_, args) => {
    const file = join(folder, 'none', 'out.html');
    const { lines, code } = await told(args(file));
    expect(lines).toContain(`${file} is not written: there is no folder ${join(folder, 'none')}`);
    expect(lines).toContain('make the folder');
    expect(code).toBe(1);
  });

  test.each(writers)('%s, where a folder is', async (_, args) => {
    const { lines } = await told(args(folder));
    expect(lines).toContain(`${folder} is not written`);
    expect(lines).toContain('name a file that this user may write');
  });

  test.each(writers)('%s writes one that it can write', async (_, args) => {
    const file = join(folder, 'out.html');
    await told(args(file));
    expect(readFileSync(file, 'utf8')).not.toBe('');
    rmSync(file);
  });
});
