import { safe } from '../../../model/safe-text.ts';
import { rotations } from '../../habits/rotations.ts';
import { settledDays } from '../../habits/settled-place.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign } from '../drawing.ts';
import { alertedEvents } from '../habit.ts';
import { counted } from '../../../model/counted.ts';

/** A key was made, the one before it taken away, and the new one used only from where its user has long worked. */
export const keyRotated: FindingKind = (ground) => {
  const alerted = alertedEvents(ground);
  const rotated = alerted.filter(rotations(ground));
  return benign({
    kind: 'probably-benign',
    sentence: safe`${rotated.length} of ${counted(alerted.length, 'call')} that were alerted on belong to a key's rotation: the key before was taken away, and the new one was used only from where its user has worked for ${settledDays} days or more.`,
    confidence: 'medium',
    techniques: [],
    facts: { because: 'rotation', calls: rotated.length, of: alerted.length },
    events: rotated,
  });
};
