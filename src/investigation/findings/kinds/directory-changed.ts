import { safe, safeJoin, type SafeText } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** People were put into Identity Center, or assigned to accounts there: they come in by their directory, not by a key. */
export const directoryChanged: FindingKind = (ground) => {
  const people = drawnFrom(ground, 'person-created').found.filter(({ undone }) => undone === null);
  const assigned = drawnFrom(ground, 'permission-set-granted').found.filter(({ undone }) => undone === null);
  return suspicious({
    kind: 'directory-changed',
    sentence: sentenceOf(
      people.map(({ effect }) => effect.userName),
      assigned.map(({ effect }) => effect.to),
    ),
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

function sentenceOf(people: readonly string[], assigned: readonly string[]): SafeText {
  return safeJoin(
    [
      ...(people.length > 0 ? [safe`People were put into Identity Center: ${inWords(people)}.`] : []),
      ...(assigned.length > 0 ? [safe`Permission sets were assigned to ${inWords(assigned)}.`] : []),
    ],
    ' ',
  );
}
