import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** People were put into Identity Center, or assigned to accounts there: they come in by their directory, not by a key. */
export const directoryChanged: FindingKind = (ground) => {
  const people = drawnFrom(ground, 'person-created').found.filter(({ undone }) => undone === null);
  const assigned = drawnFrom(ground, 'permission-set-granted').found.filter(({ undone }) => undone === null);
  return suspicious({
    kind: 'directory-changed',
    sentence: safe`${people.length > 0 ? safe`People were put into Identity Center: ${inWords(people.map(({ effect }) => effect.userName))}. ` : safe``}${assigned.length > 0 ? safe`Permission sets were assigned to ${inWords(assigned.map(({ effect }) => effect.to))}.` : safe``}`,
    confidence: 'high',
    techniques: ['T1136.003', 'T1098.003'],
    facts: {
      people: people.map(({ effect }) => ({ userId: effect.userId, userName: effect.userName })),
      assigned: assigned.map(({ effect }) => ({
        to: effect.to,
        permissionSet: effect.what,
        accountId: effect.accountId,
      })),
    },
    events: eventsOf([...people, ...assigned]),
  });
};
