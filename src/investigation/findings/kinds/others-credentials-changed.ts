import { safe } from '../../../model/safe-text.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import { rootName } from '../../effects/call.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** The password, MFA or key of somebody else was changed: their account is now the intruder's, or they are locked out. */
export const othersCredentialsChanged: FindingKind = (ground) => {
  const created = new Set(drawnFrom(ground, 'user-created').found.map(({ effect }) => effect.userName));
  const isRepair = isOwnersRepair(ground);
  const { found } = drawnFrom(ground, 'password-set', 'mfa-removed', 'key-created', 'credential-made');
  const others = found.filter((each) => {
    const { effect, event, undone } = each;
    const own = event.actor.kind === 'root' ? rootName : event.actor.kind === 'user' ? event.actor.name : null;
    return undone === null && effect.userName !== own && !created.has(effect.userName) && !isRepair(each);
  });
  const names = others.map(({ effect }) => effect.userName);
  return suspicious({
    kind: 'others-credentials-changed',
    sentence: safe`Credentials of others were set or taken off: ${inWords(names)}. Whoever did it can be them now.`,
    confidence: 'high',
    techniques: ['T1098.001', ...(others.some(({ effect }) => effect.kind === 'mfa-removed') ? ['T1556.006'] : [])],
    facts: {
      changed: others.map(({ effect, accountId }) => ({ accountId, userName: effect.userName, what: effect.kind })),
    },
    events: eventsOf(others),
  });
};
