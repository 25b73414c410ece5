import { evidenceOf } from '../evidence/evidence-content.ts';
import { finding, restingOn, type FindingRule } from './finding-rule.ts';

/** AWS attaches this managed policy itself where it finds a key in public. */
const quarantinePolicy = /^arn:aws[\w-]*:iam::aws:policy\/AWSCompromisedKeyQuarantine/;

/** AWS has found the user's key in public and says so by a policy. */
export const quarantinedByAws: FindingRule = (context) => {
  const states = evidenceOf(context.evidence, 'user-state').filter(({ content }) =>
    content.attachedPolicies?.some((arn) => quarantinePolicy.test(arn)),
  );
  const evidence = restingOn(states);
  if (evidence === undefined) return [];
  return [
    finding({
      kind: 'quarantined-by-aws',
      sentence:
        'AWS has attached its quarantine policy: it found a key of this user in public. The policy leaves much open, so the key must still be deactivated.',
      direction: 'suspicious',
      confidence: 'high',
      evidence,
      techniques: ['T1552.001'],
    }),
  ];
};
