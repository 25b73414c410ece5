import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, suspicious } from '../drawing.ts';
import { habitOf } from '../habit.ts';

/** A console session made of an access key or a role's credentials. A federation broker does it every day. */
export const consoleFromKey: FindingKind = (ground) => {
  const isUsual = habitOf(ground).some(({ effects }) => effects.some(({ kind }) => kind === 'console-token'));
  const tokens = drawnFrom(ground, 'console-token').found;
  const logins = drawnFrom(ground, 'console-login').found.filter(({ effect }) => effect.federated);
  if (isUsual) return [];
  return suspicious({
    kind: 'console-from-key',
    sentence: safe`A console session was made of credentials, without a password: it goes on when the key is inactive.`,
    confidence: 'high',
    techniques: ['T1550.001'],
    facts: { tokens: tokens.length, logins: logins.length },
    events: [...tokens, ...logins].map(({ event }) => event),
  });
};
