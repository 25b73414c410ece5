import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { investigatePaths, shapeOf } from './investigate-records.ts';
import { stratusCases } from './stratus.ts';

const folder = fileURLToPath(new URL('../../../../shared/corpora/cloudtrail-stratus/', import.meta.url));
const present = existsSync(folder);
if (!present) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

describe.skipIf(!present)('recordings of real attacks', () => {
  test.each(Object.entries(stratusCases))('%s is one case, with these identities and links', async (name, expected) => {
    const cases = await investigatePaths([`${folder}aws.${name}.json`]);
    expect(cases.map(({ document }) => shapeOf(document))).toEqual([{ accounts: 1, ...expected }]);
  });

  test('all together are a case each, whichever thread reads what', async () => {
    const cases = await investigatePaths([folder], { threads: 1 });
    expect(cases).toHaveLength(Object.keys(stratusCases).length);
    const shapes = cases.map(({ document }) => JSON.stringify(shapeOf(document)));
    const expected = Object.values(stratusCases).map((each) => JSON.stringify({ accounts: 1, ...each }));
    expect(shapes.toSorted()).toEqual(expected.toSorted());
  });
});
