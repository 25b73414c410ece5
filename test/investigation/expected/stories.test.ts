import { expect, test } from 'vitest';
import { conclusionsOf, sorted } from './conclusions.ts';
import { investigateRecords, shapeOf } from './investigate-records.ts';
import { stories } from './stories.ts';

test.each(stories)('$name', async ({ records, cases }) => {
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
