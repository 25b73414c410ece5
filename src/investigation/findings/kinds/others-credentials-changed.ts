import { safe } from '../../../model/safe-text.ts';
import { isOwnersRepair } from '../../habits/repairs.ts';
import { rootName } from '../../effects/call.ts';
import type { FindingGround, FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, inWords, suspicious } from '../drawing.ts';

/** The password, MFA or key of somebody else was changed: their account is now the intruder's, or they are locked out. */
export const othersCredentialsChanged: FindingKind = (ground) => {
  const created = new Set(drawnFrom(ground, 'user-created').found.map(({ effect }) => effect.userName));
  const isRepair = isOwnersRepair(ground);
  const ofUsers = drawnFrom(ground, 'password-set', 'mfa-removed', 'key-created', 'credential-made').found.filter(
    ({ effect, event }) => {
      const own = event.actor.kind === 'root' ? rootName : event.actor.kind === 'user' ? event.actor.name : null;
      return effect.userName !== own && !created.has(effect.userName);
    },
  );
  const others = [...ofUsers, ...passwordsOfDirectories(ground)].filter(
    (each) => each.undone === null && !isRepair(each),
  );
  const names = others.map(({ effect }) => ownerOf(effect));
  return suspicious({
    kind: 'others-credentials-changed',
    sentence: safe`Credentials of others were set or taken off: ${inWords(names)}. Whoever did it can be them now.`,
    confidence: 'high',
    techniques: ['T1098.001', ...(others.some(({ effect }) => effect.kind === 'mfa-removed') ? ['T1556.006'] : [])],
    facts: {
      changed: others.map(({ effect, accountId }) => ({ accountId, userName: ownerOf(effect), what: effect.kind })),
    },
    events: eventsOf(others),
  });
};

/** Passwords of people in directories of services, whom the case did not put there. */
function passwordsOfDirectories(ground: FindingGround) {
  const { found } = drawnFrom(ground, 'service-login-made');
  const created = new Set([
    ...drawnFrom(ground, 'person-created').found.map(({ effect }) => `Identity Center ${effect.userId}`),
    ...found
      .filter(({ effect }) => effect.credential === null)
      .map(({ effect }) => `${effect.service} ${effect.login}`),
  ]);
  return found.filter(
    ({ effect: { service, login, credential } }) => credential === 'password' && !created.has(`${service} ${login}`),
  );
}

function ownerOf(effect: { readonly userName: string } | { readonly login: string }): string {
  return 'userName' in effect ? effect.userName : effect.login;
}
