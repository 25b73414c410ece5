import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { inWords, suspicious } from '../drawing.ts';

const quarantine = /(?:^|\/)AWSCompromisedKeyQuarantine|^AWSExposedCredentialPolicy_DO_NOT_REMOVE$/;

/** AWS attaches its quarantine policy where it finds a key in public: by the record of that, or because IAM shows it there. */
export const exposedKey: FindingKind = ({ calls, material }) => {
  const attached = calls.all.filter(({ effects }) => effects.some(({ kind }) => kind === 'quarantined-by-aws'));
  const shown = material.identityState.filter(({ attachedPolicies, inlinePolicies }) =>
    [...(attachedPolicies ?? []), ...(inlinePolicies ?? [])].some((name) => quarantine.test(name)),
  );
  const recorded = attached.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.kind === 'quarantined-by-aws' ? [effect.userName] : [])),
  );
  const byHand = new Set(
    calls.all.flatMap(({ effects }) =>
      effects.flatMap((effect) =>
        effect.kind === 'policy-granted' && quarantine.test(effect.policy) ? [effect.holder.name] : [],
      ),
    ),
  );
  const onlyShown = shown.map(({ userName }) => userName).filter((name) => !byHand.has(name));
  const users = [...new Set([...recorded, ...onlyShown])];
  // What IAM shows has no record of its own: the calls of that user are what it is about.
  const ofUsers = calls.calls.filter(({ actor }) => actor.kind === 'user' && users.includes(actor.name)).slice(0, 1);
  return suspicious({
    kind: 'exposed-key',
    sentence:
      recorded.length === 0
        ? safe`AWS's quarantine policy is on ${inWords(users)}, as AWS puts it there where it finds a key in public. That leaves much open: the key must still be deactivated.`
        : safe`AWS found a key of ${inWords(users)} in public and attached its quarantine policy. That leaves much open: the key must still be deactivated.`,
    confidence: 'high',
    techniques: ['T1552.001'],
    facts: { users },
    events: users.length === 0 ? [] : [...attached, ...ofUsers],
  });
};
