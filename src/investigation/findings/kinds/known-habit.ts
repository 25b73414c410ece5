import { safe } from '../../../model/safe-text.ts';
import type { SeenEvent } from '../../seen-event.ts';
import type { FindingKind } from '../case-finding.ts';
import { alertedEvents, benign, daysIn, habitOf } from '../drawing.ts';
import { nameOf } from './denied-attempts.ts';

const habitDays = 3;

/** The very call, from the same address with the same client, was made on several days before. */
export const knownHabit: FindingKind = (ground) => {
  const alerted = alertedEvents(ground);
  const habit = habitOf(ground);
  const usual = alerted.filter((event) => daysIn(habit.filter((before) => isAlike(before, event))) >= habitDays);
  const isWhole = usual.length === alerted.length;
  return benign({
    kind: 'probably-benign',
    sentence: isWhole
      ? safe`All that was alerted on was done on ${habitDays} or more days before, from the same address with the same client: it may be expected.`
      : safe`${usual.length} of ${alerted.length} calls that were alerted on were made on ${habitDays} or more days before, alike: those may be expected.`,
    confidence: isWhole ? 'medium' : 'low',
    techniques: [],
    facts: { because: 'habit', calls: usual.length, of: alerted.length, days: habitDays },
    events: usual,
  });
};

/** A client's version may have moved on; its name has not. */
function isAlike(before: SeenEvent, event: SeenEvent): boolean {
  return (
    nameOf(before) === nameOf(event) &&
    before.sourceAddress === event.sourceAddress &&
    clientOf(before) === clientOf(event)
  );
}

export function clientOf({ userAgent }: SeenEvent): string {
  return (userAgent ?? '').replace(/^\[/, '').split(/[/ ]/)[0]?.toLowerCase() ?? '';
}
