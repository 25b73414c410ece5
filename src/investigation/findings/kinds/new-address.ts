import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, inWords, suspicious } from '../drawing.ts';
import { alertedEvents, daysIn, habitOf } from '../habit.ts';

/** The alerts' calls came from addresses from which credentials with a past had never been used before. */
export const newAddress: FindingKind = (ground) => {
  const habit = habitOf(ground);
  // Without a day of use before, every address is new, and it means nothing.
  if (daysIn(habit) < 2) return [];
  const known = new Set(habit.map(({ sourceAddress }) => sourceAddress));
  const unseen = alertedEvents(ground).filter(
    ({ sourceAddress }) =>
      sourceAddress !== undefined && !known.has(sourceAddress) && !sourceAddress.endsWith('.amazonaws.com'),
  );
  const addresses = distinct(unseen.map(({ sourceAddress }) => sourceAddress ?? ''));
  return suspicious({
    kind: 'new-address',
    sentence: safe`Never used with these credentials before: ${inWords(addresses)}.`,
    confidence: 'medium',
    techniques: ['T1078.004'],
    facts: { addresses, usual: distinct(habit.map(({ sourceAddress }) => sourceAddress ?? '')).slice(0, 10) },
    events: unseen,
  });
};
