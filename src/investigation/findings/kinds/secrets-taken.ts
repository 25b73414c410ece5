import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { counted } from '../../../model/counted.ts';
import { habitDays } from '../../habits/habit-days.ts';
import { daysIn, habitOf } from '../habit.ts';

/** Secrets, parameters and passwords that were handed out, by all names; a batch by filter is of unknown number. */
export const secretsTaken: FindingKind = (ground) => {
  const habit = Map.groupBy(
    habitOf(ground).flatMap((event) =>
      event.effects.flatMap((effect) =>
        effect.kind === 'secret-read' ? effect.names.map((name) => ({ name, event })) : [],
      ),
    ),
    ({ name }) => name,
  );
  function isUsual(name: string) {
    return daysIn((habit.get(name) ?? []).map(({ event }) => event)) >= habitDays;
  }
  const taken = drawnFrom(ground, 'secret-read').found.filter(
    ({ effect }) => !effect.numberKnown || effect.names.some((name) => !isUsual(name)),
  );
  const known = distinct(
    taken.flatMap(({ effect }) => (effect.numberKnown ? effect.names : [])).filter((name) => !isUsual(name)),
  );
  const batches = distinct(taken.flatMap(({ effect }) => (effect.numberKnown ? [] : effect.names)));
  const unknown = taken.some(({ effect }) => !effect.numberKnown);
  return suspicious({
    kind: 'secrets-taken',
    sentence: safe`${known.length === 0 ? safe`` : safe`${counted(known.length, 'secret')} read: ${inWords(known)}. `}${unknown ? safe`More were read by filter or path, in unknown number${batches.length === 0 ? safe`` : safe` (${inWords(batches)})`}. ` : safe``}${known.length === 1 && !unknown ? safe`Change what it holds.` : safe`Change what they hold.`}`,
    confidence: 'high',
    techniques: [
      ...new Set(taken.map(({ effect }) => (effect.store === 'instance-password' ? 'T1552.005' : 'T1555.006'))),
    ],
    facts: { names: known, batches, numberKnown: !unknown, reads: taken.length },
    events: eventsOf(taken),
  });
};
