import { safe } from '../../../model/safe-text.ts';
import type { CaseEffect, CaseEffects } from '../../case-effects.ts';
import type { EffectOf } from '../../effects/effect.ts';
import { leadsOn } from '../../ways-in/doors.ts';
import type { FindingKind } from '../case-finding.ts';
import { eventsOf, drawnFrom, inWords, suspicious } from '../drawing.ts';

/** Rights that amount to all, or lead there. A boundary that allows nothing makes them harmless, and so does their undoing. */
export const administratorGranted: FindingKind = (ground) => {
  const granted = drawnFrom(ground, 'policy-granted').found.filter(
    ({ effect }) => leadsOn(effect.grants) && !effect.grants.unread,
  );
  const harmful = granted.filter((each) => each.undone === null && !isHeldBack(each, ground.effects));
  const versions = drawnFrom(ground, 'policy-version-set').found.filter(({ effect }) => leadsOn(effect.grants));
  const holders = [
    ...harmful.map(({ effect }) => `${effect.holder.kind} ${effect.holder.name}`),
    ...versions.map(({ effect }) => `whoever has ${effect.policyArn}`),
  ];
  const all = [...harmful, ...versions].some(({ effect }) => effect.grants.administrator);
  return suspicious({
    kind: 'administrator-granted',
    sentence: all
      ? safe`Rights to do everything were given to ${inWords(holders)}.`
      : safe`Rights that lead to more were given to ${inWords(holders)}.`,
    confidence: 'high',
    techniques: ['T1098.003'],
    facts: {
      administrator: all,
      grants: [
        ...harmful.map(({ effect, accountId }) => ({
          accountId,
          holder: `${effect.holder.kind} ${effect.holder.name}`,
          policy: effect.policy,
          powers: effect.grants.powers,
        })),
        ...versions.map(({ effect, accountId }) => ({
          accountId,
          holder: null,
          policy: effect.policyArn,
          powers: effect.grants.powers,
        })),
      ],
    },
    events: eventsOf([...harmful, ...versions]),
  });
};

/** Created, or later held, under a boundary that denies everything. */
function isHeldBack(each: CaseEffect<EffectOf<'policy-granted'>>, { effects }: CaseEffects): boolean {
  const { holder } = each.effect;
  const boundaries = effects.flatMap(({ effect, accountId }) => {
    if (accountId !== each.accountId) return [];
    switch (effect.kind) {
      case 'user-created':
        return holder.kind === 'user' && effect.userName === holder.name ? [effect.boundary] : [];
      case 'role-created':
        return holder.kind === 'role' && effect.roleName === holder.name ? [effect.boundary] : [];
      case 'boundary-changed':
        return effect.holder.kind === holder.kind && effect.holder.name === holder.name ? [effect.boundary] : [];
      default:
        return [];
    }
  });
  return boundaries.at(-1)?.endsWith(':policy/AWSDenyAll') === true;
}
