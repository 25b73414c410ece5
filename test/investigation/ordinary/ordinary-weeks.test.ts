import { describe, expect, test } from 'vitest';
import { investigateRecords } from '../expected/investigate-records.ts';
import { Estate } from './estate.ts';
import type { Calm, OrdinaryWeek } from './ordinary-week.ts';
import { ordinaryWeeks } from './weeks.ts';

const seed = 7;

async function madeOf(tell: OrdinaryWeek['tell']): Promise<Calm | 'ticked'> {
  const estate = new Estate(seed);
  tell(estate);
  const documents = (await investigateRecords(estate.cloud.records)).map(({ document }) => document);
  if (documents.length === 0) return 'no case';
  if (documents.some(({ plan }) => plan.actions.some(({ recommended }) => recommended))) return 'ticked';
  return documents.every(({ quiet }) => quiet) ? 'quiet' : 'asks';
}

describe.each(ordinaryWeeks)('weeks in which $name', ({ calm, tell, intruders }) => {
  test(`come to: ${calm}`, async () => {
    expect(await madeOf(tell)).toBe(calm);
  });

  test.each(Object.entries(intruders))('are ticked where somebody %s', async (_, told) => {
    expect(await madeOf(told)).toBe('ticked');
  });
});
