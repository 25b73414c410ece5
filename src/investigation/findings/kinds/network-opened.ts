import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { daysIn, habitOf } from '../habit.ts';

/** A firewall of the cloud was opened. Whoever opens groups on several days before does it for a living. */
export const networkOpened: FindingKind = (ground) => {
  const before = habitOf(ground).filter(({ effects }) => effects.some(({ kind }) => kind === 'network-opened'));
  if (daysIn(before) >= habitDays) return [];
  const opened = drawnFrom(ground, 'network-opened').found.filter(({ undone }) => undone === null);
  const toInternet = opened.some(({ effect }) => effect.toInternet);
  const names = opened.map(({ effect }) => `${effect.securityGroup}: ${effect.opened}`);
  return suspicious({
    kind: 'network-opened',
    sentence: safe`Security groups were opened${toInternet ? safe` to the internet` : safe``}: ${inWords(names)}.`,
    confidence: toInternet ? 'high' : 'medium',
    techniques: ['T1686.001'],
    facts: {
      opened: opened.map(({ effect, accountId }) => ({
        accountId,
        securityGroup: effect.securityGroup,
        opened: effect.opened,
        toInternet: effect.toInternet,
      })),
    },
    events: eventsOf(opened),
  });
};
