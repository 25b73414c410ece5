import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { benign, inWords } from '../drawing.ts';

/** A key that an owner made for themselves while the intruder worked with the one before. */
export const ownersKey: FindingKind = ({ calls: { rotatedByOwner } }) => {
  const keys = rotatedByOwner.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.kind === 'key-created' ? [effect.accessKeyId] : [])),
  );
  return benign({
    kind: 'probably-benign',
    sentence: safe`Not the intruder's, as far as the records show: access key ${inWords(keys)}. Its owner made it in the console with a second factor, from where they always work, and it was used from there alone.`,
    confidence: 'medium',
    techniques: [],
    facts: { because: 'owner', keys },
    events: rotatedByOwner,
  });
};
