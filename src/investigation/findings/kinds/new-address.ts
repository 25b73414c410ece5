import { counted } from '../../../model/counted.ts';
import { safe } from '../../../model/safe-text.ts';
import type { SeenEvent } from '../../seen-event.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, inWords, suspicious } from '../drawing.ts';
import { alertedOfCase, daysIn, habitOf, principalOf, roamers } from '../habit.ts';

/** The alerts' calls came from addresses from which credentials with a past had never been used before. */
export const newAddress: FindingKind = (ground) => {
  const byPrincipal = Map.groupBy(habitOf(ground), principalOf);
  // Without a day of use before, every address is new, and it means nothing.
  const roaming = roamers(ground);
  const withPast = [...byPrincipal].filter(([principal, habit]) => daysIn(habit) >= 2 && !roaming.has(principal));
  const known = new Map(withPast.map(([principal, habit]) => [principal, addressesOf(habit)]));
  const unseen = alertedOfCase(ground).filter((event) => {
    const { sourceAddress, readOnly } = event;
    const usual = known.get(principalOf(event));
    if (sourceAddress === undefined || usual === undefined || sourceAddress.endsWith('.amazonaws.com')) return false;
    // Who has looked around from somewhere has not worked from there; where nothing but reads is known, those have to do.
    return !(readOnly || usual.acted.size === 0 ? usual.used : usual.acted).has(sourceAddress);
  });
  const habit = [...new Set(unseen.map(principalOf))].flatMap((principal) => byPrincipal.get(principal) ?? []);
  const addresses = distinct(unseen.map(({ sourceAddress }) => sourceAddress ?? ''));
  return suspicious({
    kind: 'new-address',
    // Records begin somewhere: what was before them nobody here knows.
    sentence: safe`Not seen with these credentials before, on ${counted(daysIn(habit), 'day')} of use on record: ${inWords(addresses)}.`,
    confidence: 'medium',
    techniques: ['T1078.004'],
    facts: { addresses, usual: distinct(habit.map(({ sourceAddress }) => sourceAddress ?? '')).slice(0, 10) },
    events: unseen,
  });
};

/** From where calls were made with success, and from where something was changed. */
function addressesOf(habit: readonly SeenEvent[]) {
  const done = habit.filter(({ outcome }) => outcome === 'success');
  return {
    used: new Set(done.map(({ sourceAddress }) => sourceAddress)),
    acted: new Set(done.filter(({ readOnly }) => !readOnly).map(({ sourceAddress }) => sourceAddress)),
  };
}
