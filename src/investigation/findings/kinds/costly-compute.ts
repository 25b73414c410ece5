import { safe, safeJoin } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { counted, forNumber } from '../../../model/counted.ts';
import { habitOf } from '../habit.ts';

const many = 10;

/** Accelerated machines, many at once, or in a region never used before; a quota raised for them; or refused attempts at it. */
export const costlyCompute: FindingKind = (ground) => {
  const usualRegions = new Set(habitOf(ground).map(({ region }) => region));
  const { found } = drawnFrom(ground, 'compute-started');
  const costly = found.filter(
    ({ effect, event }) =>
      effect.accelerated ||
      effect.count >= many ||
      (usualRegions.size > 0 && !usualRegions.has(event.region) && effect.what === 'instance'),
  );
  const quotas = drawnFrom(ground, 'quota-raised').found;
  const refused = ground.calls.calls.filter(({ attempted }) => attempted.includes('compute-started'));
  const started = Map.groupBy(costly, ({ effect }) => effect.type);
  const names = [...started].map(
    ([type, of]) => `${of.map(({ effect }) => effect.count).reduce((sum, count) => sum + count)} ${type}`,
  );
  return suspicious({
    kind: 'costly-compute',
    sentence: safeJoin(
      [
        ...(costly.length > 0 ? [safe`Costly machines were started: ${inWords(names)}.`] : []),
        ...(quotas.length > 0
          ? [safe`Quotas were asked to be raised: ${inWords(quotas.map(({ effect }) => effect.what))}.`]
          : []),
        ...(refused.length > 0
          ? [
              safe`${counted(refused.length, 'attempt')} at starting machines ${forNumber(refused.length, 'was', 'were')} refused.`,
            ]
          : []),
      ],
      ' ',
    ),
    confidence: costly.length > 0 ? 'high' : 'medium',
    techniques: ['T1496.001'],
    facts: {
      started: costly.map(({ effect, event }) => ({
        what: effect.what,
        type: effect.type,
        count: effect.count,
        region: event.region ?? null,
      })),
      quotas: quotas.map(({ effect }) => ({ what: effect.what, to: effect.to })),
      refused: refused.length,
      regions: distinct(costly.map(({ event }) => event.region ?? 'unknown')),
    },
    events: [...eventsOf([...costly, ...quotas]), ...refused],
  });
};
