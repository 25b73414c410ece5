import { expect, test } from 'vitest';
import { expectedToBeSaid, saidOf } from './conclusions.ts';
import { investigateRecords } from './investigate-records.ts';
import { intrusions } from './intrusions.ts';

const inEveryOrder = intrusions.flatMap((intrusion) => [
  intrusion,
  {
    ...intrusion,
    name: `${intrusion.name}, whatever the order of the records`,
    records: () => intrusion.records().toReversed(),
  },
]);

test.each(inEveryOrder)('$name', async ({ records, cases }) => {
  const found = await investigateRecords(records());
  expect(found.map(({ document }) => saidOf(document))).toEqual(cases.map(expectedToBeSaid));
});
