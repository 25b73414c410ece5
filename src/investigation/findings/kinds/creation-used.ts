import { safe } from '../../../model/safe-text.ts';
import { accessKey, user } from '../../../cloudtrail/identities.ts';
import { counted } from '../../../model/counted.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { AccountId } from '../../../model/ids.ts';
import type { WayIn } from '../../../model/way-in.ts';
import type { EffectOf } from '../../effects/effect.ts';
import type { SeenEvent } from '../../seen-event.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, inWords, suspicious } from '../drawing.ts';

/** A user, key or password that the case made was then used: it is no leftover, it is a way in that works. */
export const creationUsed: FindingKind = (ground) => {
  const { waysIn } = ground;
  const { found } = drawnFrom(ground, 'user-created', 'key-created', 'password-set');
  if (found.length === 0) return [];
  const byCaller = callsByCaller(ground.calls.all);
  const used = found.flatMap((each) => {
    const { effect, accountId, at, event } = each;
    const id =
      effect.kind === 'key-created' ? accessKey(effect.accessKeyId, accountId).id : user(accountId, effect.userName).id;
    const uses = (byCaller.get(id) ?? []).filter(
      (call) =>
        call !== event &&
        call.outcome === 'success' &&
        Date.parse(call.at) >= Date.parse(at) &&
        // A password was set for somebody who has been calling all along: only a sign-in uses it.
        (effect.kind !== 'password-set' || call.effects.some(({ kind }) => kind === 'console-login')),
    );
    const name = effect.kind === 'key-created' ? effect.accessKeyId : effect.userName;
    return uses.length === 0 ? [] : [{ what: effect.kind, effect, accountId, name, made: event, uses }];
  });
  const letIn = used.some(({ effect, accountId }) => waysIn.some((wayIn) => stillLetsIn(wayIn, effect, accountId)));
  // A call by a made key of a made user is a use of both.
  const calls = counted(new Set(used.flatMap(({ uses }) => uses)).size, 'call');
  const names = inWords(used.map(({ name }) => name));
  return suspicious({
    kind: 'creation-used',
    sentence: letIn
      ? safe`What was made is in use: ${names} made ${calls} since.`
      : safe`What was made was used: ${names} made ${calls}. It is closed by now.`,
    confidence: 'high',
    techniques: ['T1078.004'],
    facts: {
      used: used.map(({ what, name, uses }) => ({ what, name, calls: uses.length, first: uses[0]?.at ?? null })),
    },
    events: used.flatMap(({ made, uses }) => [made, ...uses.slice(0, 5)]),
  });
};

/** Whether a way in that is open, or of which nobody knows, is of the user whose credential or self was made: a session of it, too. */
function stillLetsIn(
  { state, what }: WayIn,
  { userName }: Pick<EffectOf<'user-created'>, 'userName'>,
  accountId: AccountId,
): boolean {
  const isOfUser = 'userName' in what && what.userName === userName && what.accountId === accountId;
  return isOfUser && (state === 'open' || state === 'unknown');
}

function callsByCaller(calls: readonly SeenEvent[]): ReadonlyMap<IdentityId, readonly SeenEvent[]> {
  const named = calls.flatMap((call) => [...new Set(call.callers)].map((id) => ({ id, call })));
  return new Map([...Map.groupBy(named, ({ id }) => id)].map(([id, same]) => [id, same.map(({ call }) => call)]));
}
