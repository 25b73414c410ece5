import { expect, test } from 'vitest';
import { investigateRecords, shapeOf } from './investigate-records.ts';
import { intrusions } from './intrusions.ts';

test.each(intrusions)('$name', async ({ records, cases }) => {
  const found = await investigateRecords(records());
  expect(found.map(({ document }) => shapeOf(document))).toEqual(cases);
});

test.each(intrusions)('$name, whatever the order of the records', async ({ records, cases }) => {
  const found = await investigateRecords(records().toReversed());
  expect(found.map(({ document }) => shapeOf(document))).toEqual(cases);
});
