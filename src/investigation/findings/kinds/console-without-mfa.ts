import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, eventsOf, suspicious } from '../drawing.ts';
import { counted } from '../../../model/counted.ts';

/** Somebody signed in to the console without a second factor. */
export const consoleWithoutMfa: FindingKind = (ground) => {
  const logins = drawnFrom(ground, 'console-login').found.filter(({ effect }) => !effect.mfa && !effect.federated);
  return suspicious({
    kind: 'console-without-mfa',
    sentence: safe`${counted(logins.length, 'console login')} without MFA. Deactivating a key does not end a console session.`,
    confidence: 'medium',
    techniques: ['T1078.004'],
    facts: { logins: logins.map(({ at, event }) => ({ at, from: event.sourceAddress ?? null })) },
    events: eventsOf(logins),
  });
};
