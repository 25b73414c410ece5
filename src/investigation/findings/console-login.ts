import { counted, finding, ownEffects, type FindingRule } from './finding-rule.ts';

/** The actor signed in to the console without a second factor. */
export const consoleLogin: FindingRule = (context) => {
  const { effects, evidence } = ownEffects(context, 'console-login');
  const withoutMfa = effects.filter((effect) => !effect.mfa).length;
  if (evidence === undefined || withoutMfa === 0) return [];
  return [
    finding({
      kind: 'console-login',
      sentence: `${counted(withoutMfa, 'console login')} without MFA. Deactivating a key does not end a console session.`,
      direction: 'suspicious',
      confidence: 'medium',
      evidence,
      techniques: ['T1078.004'],
    }),
  ];
};
