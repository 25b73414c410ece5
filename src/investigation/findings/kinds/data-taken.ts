import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, inWords, suspicious } from '../drawing.ts';

/** Data was copied, exported or read. Object reads are seen only where data events are recorded. */
export const dataTaken: FindingKind = (ground) => {
  const { found, events } = drawnFrom(ground, 'data-taken');
  const names = found.map(({ effect }) => `${effect.what} ${effect.resource}`);
  return suspicious({
    kind: 'data-taken',
    sentence: safe`Data was read or exported: ${inWords(names)}.`,
    confidence: 'medium',
    techniques: ['T1530'],
    facts: { taken: found.map(({ effect }) => ({ what: effect.what, resource: effect.resource })) },
    events,
  });
};
