import { expect, test } from 'vitest';
import { expectedToBeSaid, saidOf } from './conclusions.ts';
import { investigateRecords } from './investigate-records.ts';
import { stories } from './stories.ts';

test.each(stories)('$name', async ({ records, cases }) => {
  const found = await investigateRecords(records());
  expect(found.map(({ document }) => saidOf(document))).toEqual(cases.map(expectedToBeSaid));
});
