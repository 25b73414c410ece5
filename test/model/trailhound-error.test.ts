import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const baseFile = 'src/model/trailhound-error.ts';

let sources: ReadonlyMap<string, string>;

beforeAll(async () => {
  const folders = ['src', 'workflows', 'activities'];
  const listed = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(folder, file)),
    ),
  );
  const files = listed.flat().filter((file) => file.endsWith('.ts'));
  sources = new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const)),
  );
});

/** What a pattern's first group finds, with the file where it is. */
function found(pattern: RegExp): readonly (readonly [file: string, text: string])[] {
  return [...sources].flatMap(([file, text]) =>
    [...text.matchAll(pattern)].map((match) => [file, match[1] ?? ''] as const),
  );
}

describe('the error classes', () => {
  test('have one base', () => {
    const ofErrors = found(/class (\w+)(?:<[^>]*>)? extends (?:\w*\.)?\w*Error\b/g);
    expect(ofErrors.length).toBeGreaterThan(40);
    const elsewhere = found(/class (\w+)(?:<[^>]*>)? extends (?:\w*\.)?(?!TrailhoundError\b)\w*Error\b/g);
    expect(elsewhere.filter(([file]) => file !== baseFile)).toEqual([]);
  });

  test('have a code each, which no other has', () => {
    const classes = found(/class (\w+)(?:<[^>]*>)? extends TrailhoundError\b/g);
    const codes = found(/override readonly code(?:: string)?(?: = '([a-z]+(?:-[a-z]+)*)')?;/g);
    expect(codes.map(([file]) => file)).toEqual(classes.map(([file]) => file));
    const fixed = codes.map(([, code]) => code).filter((code) => code !== '');
    // A refused act, a decision among them, has the code of its refusal.
    expect(fixed).toHaveLength(classes.length - 1);
    expect(fixed.filter((code, index) => fixed.indexOf(code) !== index)).toEqual([]);
  });
});
