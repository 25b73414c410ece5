import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const exported = /^export (?:abstract class|class|interface|type|const|(?:async )?function\*?) (?<name>\w+)/gmu;

function filesByName(): ReadonlyMap<string, readonly string[]> {
  const found = globSync(['src/**/*.ts', 'workflows/**/*.ts', 'activities/**/*.ts'])
    .toSorted()
    .flatMap((file) => exportsOf(file).map((name) => ({ name, file })));
  return new Map(
    Object.entries(Object.groupBy(found, ({ name }) => name)).map(([name, at = []]) => [
      name,
      at.map(({ file }) => file),
    ]),
  );
}

/** A function with overloads, or a type beside its value, is one name of one file. */
function exportsOf(file: string): readonly string[] {
  const names = [...readFileSync(file, 'utf8').matchAll(exported)].map(({ groups }) => groups?.['name'] ?? '');
  return [...new Set(names)];
}

test('a name that is exported means one thing: no two files of the product export the same', () => {
  const names = filesByName();
  expect(names.size).toBeGreaterThan(1_000);
  expect([...names].filter(([, files]) => files.length > 1)).toEqual([]);
});
