import { safe } from '../../../model/safe-text.ts';
import { heldBack, leadsOn } from '../../ways-in/grants.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import type { FindingKind } from '../case-finding.ts';
import { eventsOf, drawnFrom, inWords, suspicious } from '../drawing.ts';

/** Rights that amount to all, or lead there. A boundary that allows nothing makes them harmless, and so does their undoing. */
export const administratorGranted: FindingKind = (ground) => {
  const isRepair = isOwnersRepair(ground);
  const granted = drawnFrom(ground, 'policy-granted').found.filter(
    ({ effect }) => leadsOn(effect.grants) && !effect.grants.unread,
  );
  const harmful = granted.filter(
    (each) => each.undone === null && heldBack(ground.effects, each.accountId, each.effect.holder) === null,
  );
  const versions = drawnFrom(ground, 'policy-version-set').found.filter(
    (each) => leadsOn(each.effect.grants) && !isRepair(each),
  );
  // Of a service's own, which no policy of IAM's gives: a cluster's administrator.
  const access = drawnFrom(ground, 'access-granted').found.filter(
    ({ effect, undone }) => effect.administrator && undone === null,
  );
  const holders = [
    ...harmful.map(({ effect }) => `${effect.holder.kind} ${effect.holder.name}`),
    ...versions.map(({ effect }) => `whoever has ${effect.policyArn}`),
    ...access.map(({ effect }) => `${effect.holder} (${effect.policy})`),
  ];
  // Whoever administers a cluster does everything there, and not everywhere.
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
        ...access.map(({ effect, accountId }) => ({
          accountId,
          holder: effect.holder,
          policy: effect.policy,
          powers: [],
        })),
      ],
    },
    events: eventsOf([...harmful, ...versions, ...access]),
  });
};
