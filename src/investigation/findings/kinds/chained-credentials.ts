import { safe } from '../../../model/safe-text.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, inWords, suspicious } from '../drawing.ts';

/** Credentials that a call of the case handed out were used afterwards, here or in another account. */
export const chainedCredentials: FindingKind = (ground) => {
  const uses = drawnFrom(ground, 'session-minted').found.flatMap((each) => {
    const calls = ground.calls.all.filter(({ accessKeyId }) => accessKeyId === each.effect.accessKeyId);
    return calls.length === 0 ? [] : [{ each, calls }];
  });
  const accounts = distinct(uses.flatMap(({ calls }) => calls.map(({ ref }) => ref.accountId)));
  const names = uses.map(
    ({ each: { effect } }) => effect.roleArn ?? `${effect.call} ${effect.sessionName ?? ''}`.trim(),
  );
  const elsewhere = uses.some(({ each, calls }) => calls.some(({ ref }) => ref.accountId !== each.accountId));
  return suspicious({
    kind: 'chained-credentials',
    sentence: elsewhere
      ? safe`The intrusion went on into another account: sessions of ${inWords(names)} were used in ${inWords(accounts)}.`
      : safe`It went on with sessions that it minted: ${inWords(names)}.`,
    confidence: 'high',
    techniques: elsewhere ? ['T1550.001', 'T1078.004'] : ['T1550.001'],
    facts: {
      sessions: uses.map(({ each, calls }) => ({
        accessKeyId: each.effect.accessKeyId,
        roleArn: each.effect.roleArn,
        accounts: distinct(calls.map(({ ref }) => ref.accountId)),
        calls: calls.length,
      })),
    },
    events: uses.flatMap(({ each, calls }) => [each.event, ...calls.slice(0, 5)]),
  });
};
