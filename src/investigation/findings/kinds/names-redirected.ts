import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** Records of hosted zones were written: whoever asks for a name is led where the intruder likes, and certificates follow the names. */
export const namesRedirected: FindingKind = (ground) => {
  const found = drawnFrom(ground, 'name-redirected').found.filter(({ undone }) => undone === null);
  const names = distinct(found.flatMap(({ effect }) => effect.names));
  return suspicious({
    kind: 'names-redirected',
    sentence: safe`Names were led elsewhere: ${inWords(names)}. Who has a name can read its mail and get certificates for it.`,
    confidence: 'medium',
    techniques: ['T1584.001'],
    facts: {
      zones: found.map(({ effect, accountId }) => ({ accountId, zone: effect.zone, names: effect.names })),
    },
    events: eventsOf(found),
  });
};
