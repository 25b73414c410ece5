import { safe } from '../../../model/safe-text.ts';
import type { Effect } from '../../effects/effect.ts';
import type { FindingKind } from '../case-finding.ts';
import { distinct, drawnFrom, inWords, suspicious } from '../drawing.ts';

interface Minted {
  readonly each: { readonly effect: Extract<Effect, { readonly kind: 'session-minted' }> };
}

/** Credentials that a call of the case handed out were used afterwards, here or in another account. */
export const chainedCredentials: FindingKind = (ground) => {
  const byKey = Map.groupBy(ground.calls.all, ({ accessKeyId }) => accessKeyId);
  const uses = drawnFrom(ground, 'session-minted').found.flatMap((each) => {
    const calls = byKey.get(each.effect.accessKeyId);
    return calls === undefined ? [] : [{ each, calls }];
  });
  const away = uses.flatMap(({ each, calls }) => {
    const accounts = calls.map(({ ref }) => ref.accountId).filter((accountId) => accountId !== each.accountId);
    return accounts.length === 0 ? [] : [{ each, accounts }];
  });
  const elsewhere = away.length > 0;
  return suspicious({
    kind: 'chained-credentials',
    sentence: elsewhere
      ? safe`The intrusion went on into another account: sessions of ${inWords(namesOf(away))} were used in ${inWords(away.flatMap(({ accounts }) => accounts))}.`
      : safe`It went on with sessions that it minted: ${inWords(namesOf(uses))}.`,
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

/** By the role, or by the call that a user's own sessions come from. */
function namesOf(minted: readonly Minted[]): readonly string[] {
  return minted.map(({ each: { effect } }) => effect.roleArn ?? `${effect.call} ${effect.sessionName ?? ''}`.trim());
}
