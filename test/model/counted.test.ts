import { glob, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { counted, forNumber } from '../../src/model/counted.ts';

test('a number stands with the word that agrees with it', () => {
  expect([0, 1, 2, 1_204].map((number) => counted(number, 'rule'))).toEqual([
    '0 rules',
    '1 rule',
    '2 rules',
    '1,204 rules',
  ]);
  expect([1, 2].map((number) => counted(number, 'identity', 'identities'))).toEqual(['1 identity', '2 identities']);
  expect([0, 1, 2].map((number) => forNumber(number, 'is', 'are'))).toEqual(['are', 'is', 'are']);
});

test('no other place makes plurals: a number that is not known to be more than one is counted here', async () => {
  const byHand: string[] = [];
  for await (const file of glob(['src/**/*.ts', 'workflows/*.ts', 'activities/**/*.ts']))
    for (const line of (await readFile(file, 'utf8')).split('\n'))
      if (
        /=== 1 \? (?:(?:safe)?['`]\w|'' : '\w|(?:safe)?`` : (?:safe)?`\w)/u.test(line) &&
        !file.endsWith('counted.ts')
      )
        byHand.push(`${file}: ${line.trim()}`);
  expect(byHand).toEqual([]);
});
