import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign } from '../drawing.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { alertedEvents, habits } from '../habit.ts';
import { counted } from '../../../model/counted.ts';

/** The same kind of act was done on several other days, with the same client from the same address, or from new ones each day as always. */
export const knownHabit: FindingKind = (ground) => {
  const alerted = alertedEvents(ground);
  const usual = alerted.filter(habits(ground));
  const isWhole = usual.length === alerted.length;
  return benign({
    kind: 'probably-benign',
    sentence: isWhole
      ? safe`All that was alerted on was done alike on ${habitDays} or more other days, by the same one with the same client: it may be expected.`
      : safe`${usual.length} of ${counted(alerted.length, 'call')} that were alerted on were made alike on ${habitDays} or more other days: those may be expected.`,
    confidence: isWhole ? 'medium' : 'low',
    techniques: [],
    facts: { because: 'habit', calls: usual.length, of: alerted.length, days: habitDays },
    events: usual,
  });
};
