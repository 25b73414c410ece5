import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, inWords, suspicious } from '../drawing.ts';
import { alertedEvents, daysIn, habitOf, principalOf } from '../habit.ts';

/** The alerts' calls came from addresses from which credentials with a past had never been used before. */
export const newAddress: FindingKind = (ground) => {
  const byPrincipal = Map.groupBy(habitOf(ground), principalOf);
  // Without a day of use before, every address is new, and it means nothing.
  const withPast = [...byPrincipal].filter(([, habit]) => daysIn(habit) >= 2);
  const known = new Map(
    withPast.map(([principal, habit]) => [principal, new Set(habit.map(({ sourceAddress }) => sourceAddress))]),
  );
  const unseen = alertedEvents(ground).filter((event) => {
    const { sourceAddress } = event;
    const usual = known.get(principalOf(event));
    return (
      sourceAddress !== undefined && usual?.has(sourceAddress) === false && !sourceAddress.endsWith('.amazonaws.com')
    );
  });
  const habit = [...new Set(unseen.map(principalOf))].flatMap((principal) => byPrincipal.get(principal) ?? []);
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
