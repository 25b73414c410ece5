import { expect, test } from 'vitest';
import { expectedToBeSaid, saidOf } from './conclusions.ts';
import { investigateRecords } from './investigate-records.ts';
import { stories } from './stories.ts';
import type { Story } from './story.ts';

test.each(stories.filter(({ notYet }) => notYet === undefined))('$name', holds);

// Whoever mends one of these takes its `notYet` away: that it holds fails here.
test.fails.each(stories.filter(({ notYet }) => notYet !== undefined))('not yet: $name', holds);

async function holds({ records, cases }: Story): Promise<void> {
  const found = await investigateRecords(records());
  expect(found.map(({ document }) => saidOf(document))).toEqual(cases.map(expectedToBeSaid));
}
