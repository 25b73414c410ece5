import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, inWords, suspicious } from '../drawing.ts';

/** The instance metadata service answers without a token again: a server-side request is enough to steal the role. */
export const metadataWeakened: FindingKind = (ground) => {
  const { found, events } = drawnFrom(ground, 'metadata-weakened');
  const instances = found.map(({ effect }) => effect.instanceId);
  return suspicious({
    kind: 'imds-weakened',
    sentence: safe`The metadata service of ${inWords(instances)} was set to answer without a token.`,
    confidence: 'medium',
    techniques: ['T1552.005'],
    facts: { instances },
    events,
  });
};
