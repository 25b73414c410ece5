import { safe } from '../../../model/safe-text.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import type { CaseEffect, CaseEffects } from '../../case/case-effects.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** Data, backups or keys were deleted, set to expire or stripped of protection; not what the case itself had made. */
export const destruction: FindingKind = (ground) => {
  const { found } = drawnFrom(ground, 'data-destroyed');
  const isRepair = isOwnersRepair(ground);
  const lost = found.filter(
    (each) => each.undone === null && !isOwn(each.effect.resource, ground.effects, each) && !isRepair(each),
  );
  const names = lost.map(({ effect }) => `${effect.what} ${effect.resource} (${effect.how})`);
  const gone = lost.some(({ effect }) => effect.how === 'deleted');
  return suspicious({
    kind: 'destruction',
    sentence: safe`Data was destroyed or made to go: ${inWords(names)}.`,
    confidence: gone ? 'high' : 'medium',
    techniques: ['T1485', 'T1490'],
    facts: { destroyed: lost.map(({ effect }) => ({ what: effect.what, resource: effect.resource, how: effect.how })) },
    events: eventsOf(lost),
  });
};

/** An intruder that clears up its own machines destroys nothing of one's own. */
function isOwn(resource: string, { effects }: CaseEffects, deleted: CaseEffect): boolean {
  return effects.some(
    ({ effect, at }) =>
      Date.parse(at) <= Date.parse(deleted.at) &&
      ((effect.kind === 'instance-entered' && effect.how === 'launched' && effect.instanceId === resource) ||
        (effect.kind === 'code-planted' && effect.what === 'function' && effect.resource === resource)),
  );
}
