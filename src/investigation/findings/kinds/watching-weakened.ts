import { isOwnersRepair } from '../../habits/repairs.ts';
import { safe, type SafeText } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';
import { actionName } from './denied-attempts.ts';
import { forNumber } from '../../../model/counted.ts';

/** Trails, logs and detectors were stopped, deleted or narrowed, or it was tried; what was put back since is said. */
export const watchingWeakened: FindingKind = (ground) => {
  const isRepair = isOwnersRepair(ground);
  const found = drawnFrom(ground, 'watching-weakened').found.filter((each) => !isRepair(each));
  const tried = ground.calls.calls.filter(({ attempted }) => attempted.includes('watching-weakened'));
  const standing = found.filter(({ undone }) => undone === null);
  const names = standing.map(({ effect }) => `${effect.what} ${effect.name} (${effect.how})`);
  const restored = found.length - standing.length;
  return suspicious({
    kind: 'evasion',
    sentence: safe`${standing.length > 0 ? safe`What watches the account was weakened: ${inWords(names)}. ` : safe``}${restoredWords(restored)}${tried.length > 0 ? safe`Tried in vain: ${inWords(tried.map(actionName))}. ` : safe``}${found.length > 0 ? safe`What happened meanwhile may be missing there.` : safe`Nothing was weakened by that.`}`,
    confidence: found.length > 0 ? 'high' : 'medium',
    techniques: ['T1685.002'],
    facts: {
      weakened: found.map(({ effect, undone }) => ({
        what: effect.what,
        name: effect.name,
        how: effect.how,
        restoredAt: undone?.at ?? null,
      })),
      tried: tried.map(actionName),
    },
    events: [...eventsOf(found), ...tried],
  });
};

function restoredWords(restored: number): SafeText {
  if (restored === 0) return safe``;
  return safe`${restored} ${forNumber(restored, 'was', 'were')} weakened and put back. `;
}
