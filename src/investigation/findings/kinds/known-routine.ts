import { safe } from '../../../model/safe-text.ts';
import { routines } from '../../habits/routines.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign } from '../drawing.ts';
import { alertedEvents, habits } from '../habit.ts';
import { counted } from '../../../model/counted.ts';

/** It was done alike from the first day on that is known of whoever did it: what is new may be the records alone. */
export const knownRoutine: FindingKind = (ground) => {
  const alerted = alertedEvents(ground);
  const isHabit = habits(ground);
  const alike = alerted.filter((event) => !isHabit(event)).filter(routines(ground));
  return benign({
    kind: 'probably-benign',
    sentence: safe`${alike.length} of ${counted(alerted.length, 'call')} that were alerted on were made alike for two weeks or more, from the first day on that the records tell of this identity: whether that was so before is not in them, and nobody can say from here that it is meant.`,
    confidence: 'low',
    techniques: [],
    facts: { because: 'routine', calls: alike.length, of: alerted.length },
    events: alike,
  });
};
