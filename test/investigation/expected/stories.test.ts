import { expect, test } from 'vitest';
import { expectedToBeSaid, saidOf } from './conclusions.ts';
import { investigateRecords } from './investigate-records.ts';
import { stories } from './stories.ts';
import type { Story } from './story.ts';

test.each(stories)('$name', holds);

async function holds({ records, cases }: Story): Promise<void> {
  const found = await investigateRecords(records());
  expect(found.map(({ document }) => saidOf(document))).toEqual(cases.map(expectedToBeSaid));
}
