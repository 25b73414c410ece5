import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { daysIn, habitOf } from '../habit.ts';

/** Code, layers, URLs, tasks or stacks that run with a role's rights. Whoever deploys every week is a deploy role. */
export const codePlanted: FindingKind = (ground) => {
  const usual = new Map<string, number>();
  for (const [action, events] of Map.groupBy(habitOf(ground), ({ action }) => action))
    usual.set(action, daysIn(events));
  const planted = drawnFrom(ground, 'code-planted').found.filter(
    ({ event, undone }) => undone === null && (usual.get(event.action) ?? 0) < habitDays,
  );
  const names = planted.map(({ effect }) => `${effect.what} ${effect.resource}`);
  return suspicious({
    kind: 'code-planted',
    sentence: safe`Code was planted, and runs with the rights of what it is in: ${inWords(names)}.`,
    confidence: 'medium',
    techniques: ['T1648'],
    facts: {
      planted: planted.map(({ effect }) => ({ resource: effect.resource, what: effect.what, detail: effect.detail })),
    },
    events: eventsOf(planted),
  });
};
