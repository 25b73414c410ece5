import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** A setting that held doors closed for a whole account, region or cluster was given up; what was put back since is left out. */
export const settingWeakened: FindingKind = (ground) => {
  const standing = drawnFrom(ground, 'setting-weakened').found.filter(({ undone }) => undone === null);
  return suspicious({
    kind: 'setting-weakened',
    sentence: safe`Settings that held doors closed were given up: ${inWords(standing.map(({ effect }) => `${effect.what} (${effect.name})`))}.`,
    confidence: 'medium',
    techniques: ['T1685'],
    facts: {
      settings: standing.map(({ effect, accountId }) => ({ accountId, what: effect.what, name: effect.name })),
    },
    events: eventsOf(standing),
  });
};
