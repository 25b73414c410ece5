import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { daysIn, habitOf } from '../habit.ts';

/** Machines were entered: commands, sessions, pushed SSH keys, changed user data. What runs there has the machine's role. */
export const instancesEntered: FindingKind = (ground) => {
  const usual = new Map<string, number>();
  for (const [action, events] of Map.groupBy(habitOf(ground), ({ action }) => action))
    usual.set(action, daysIn(events));
  const entered = drawnFrom(ground, 'instance-entered').found.filter(
    ({ effect, event }) => effect.how !== 'launched' && (usual.get(event.action) ?? 0) < habitDays,
  );
  const instances = distinct(entered.map(({ effect }) => effect.instanceId));
  const ways = distinct(entered.map(({ effect }) => effect.how));
  return suspicious({
    kind: 'instances-entered',
    sentence: safe`Machines were entered by ${inWords(ways)}: ${inWords(instances)}. Whoever is there has the rights of their role.`,
    confidence: 'high',
    techniques: ['T1651', 'T1021.007'],
    facts: {
      entered: entered.map(({ effect }) => ({ instanceId: effect.instanceId, how: effect.how, detail: effect.detail })),
    },
    events: eventsOf(entered),
  });
};
