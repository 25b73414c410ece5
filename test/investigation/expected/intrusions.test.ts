import { expect, test } from 'vitest';
import { conclusionsOf, sorted } from './conclusions.ts';
import { investigateRecords, shapeOf } from './investigate-records.ts';
import { intrusions } from './intrusions.ts';

const inEveryOrder = intrusions.flatMap(({ name, records, cases }) => [
  { name, records, cases },
  { name: `${name}, whatever the order of the records`, records: () => records().toReversed(), cases },
]);

test.each(inEveryOrder)('$name', async ({ records, cases }) => {
  const found = await investigateRecords(records());
  expect(found.map(({ document }) => ({ ...shapeOf(document), ...conclusionsOf(document) }))).toEqual(
    cases.map(({ accounts, identities, links, ...conclusions }) => ({
      accounts,
      identities: identities.toSorted(),
      links: links.toSorted(),
      ...sorted(conclusions),
    })),
  );
});
