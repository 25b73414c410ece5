import { isWorkload } from '../../cloudtrail/workload.ts';
import type { Instant } from '../../model/ids.ts';
import { isLongTermKey } from '../attribution.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import { effectsOfKind, type CaseEffects } from '../case/case-effects.ts';
import { openingOf } from '../case/undoings.ts';
import type { CaseIdentity, IdentityState } from '../case/case-material.ts';
import { thing } from '../effects/thing.ts';
import { isUnrecorded } from '../effects/unrecorded.ts';
import { accessKey, root, user } from '../../cloudtrail/identities.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { SeenEvent } from '../seen-event.ts';
import { userIdsIn } from '../users/user-ids.ts';
import type { NamedUser, UserNames } from '../users/user-names.ts';
import type { WayInCandidate } from './candidate.ts';
import { closingBy, type Closing, type Reactivation } from './closing.ts';

/** What proves who somebody is for as long as it is there: keys, passwords, other credentials; and users that the case made. */
export function credentialWaysIn(
  calls: CaseCalls,
  known: CaseEffects,
  states: readonly IdentityState[],
): readonly WayInCandidate[] {
  const closing = closingBy(known, states, userIdsIn(calls.all));
  return [
    ...usedKeys(calls, known, closing),
    ...usedPasswords(calls, known, closing),
    ...madeUsers(known, closing),
    ...madeKeys(known, closing),
    ...setPasswords(known, closing),
    ...otherCredentials(known, closing),
  ];
}

/** Long-term keys that signed calls of the case: older than the intrusion, or made in it. */
function usedKeys({ calls }: CaseCalls, { names }: CaseEffects, closing: Closing): readonly WayInCandidate[] {
  const signed = calls.filter(({ accessKeyId }) => accessKeyId !== undefined && isLongTermKey(accessKeyId));
  const byKey = Map.groupBy(signed, ({ accessKeyId }) => accessKeyId ?? '');
  return [...byKey].flatMap(([accessKeyId, [first]]): readonly WayInCandidate[] => {
    if (first === undefined) return [];
    const { actor, at, ref } = first;
    if (actor.kind === 'root') return [rootAccess(first)];
    if (actor.kind !== 'user') return [];
    const owner = { accountId: actor.accountId, userName: actor.name };
    return [
      {
        identity: accessKey(accessKeyId, actor.accountId).id,
        what: { kind: 'access-key', ...named(owner, at, names), accessKeyId },
        ...standing(at, 'used'),
        closed: closing.key(owner, accessKeyId, at),
        ...shownBy(ref, closing.reactivation(thing.accessKey(accessKeyId), at)),
      },
    ];
  });
}

/** The record by which the case knows a credential, and that of whoever else switched it on again. */
function shownBy(ref: EventRef, reactivation: Reactivation | null): Pick<WayInCandidate, 'proof' | 'reopened'> {
  if (reactivation === null) return { proof: [ref] };
  const { at, by, proof } = reactivation;
  return { proof: [ref, proof], reopened: { at, by } };
}

/** A renamed user is found by its latest name. */
function named(owner: NamedUser, from: Instant, names: UserNames): NamedUser {
  return { ...owner, userName: names.latest(owner, from) };
}

function standing(from: Instant, origin: WayInCandidate['origin']) {
  return { from, origin, until: 'until-removed' as const };
}

/** No record and no policy says that root is closed. */
function rootAccess({ actor, ref, at }: SeenEvent): WayInCandidate {
  const { accountId } = actor.kind === 'root' ? actor : ref;
  return {
    identity: root(accountId).id,
    what: { kind: 'root', accountId },
    ...standing(at, 'used'),
    closed: null,
    proof: [ref],
  };
}

/** Whoever signed in to the console knows the password. */
function usedPasswords({ calls }: CaseCalls, { names }: CaseEffects, closing: Closing): readonly WayInCandidate[] {
  return calls.flatMap((event): readonly WayInCandidate[] => {
    const { actor, at, ref, effects } = event;
    if (!effects.some((effect) => effect.kind === 'console-login' && !effect.federated)) return [];
    if (actor.kind === 'root') return [rootAccess(event)];
    if (actor.kind !== 'user') return [];
    const owner = { accountId: actor.accountId, userName: actor.name };
    return [
      {
        identity: user(owner.accountId, owner.userName).id,
        what: { kind: 'password', ...named(owner, at, names) },
        ...standing(at, 'used'),
        ...passwordSince(owner, at, ref, closing),
      },
    ];
  });
}

/** What has become of a password since: closed, or perhaps, where nobody can say whether it is another. */
function passwordSince(
  owner: NamedUser,
  since: Instant,
  ref: EventRef,
  closing: Closing,
): Pick<WayInCandidate, 'closed' | 'proof' | 'unsure'> {
  const closed = closing.password(owner, since);
  const reset = closed === null ? closing.perhapsReset(owner, since) : null;
  if (reset === null) return { closed, proof: [ref] };
  return { closed, unsure: true, proof: [ref, ...(reset.proof === null ? [] : [reset.proof])] };
}

function madeUsers({ effects, names }: CaseEffects, closing: Closing): readonly WayInCandidate[] {
  return effectsOfKind(effects, 'user-created').map(({ effect, accountId, at, event }) => {
    const owner = { accountId, userName: effect.userName };
    return {
      identity: user(accountId, effect.userName).id,
      what: { kind: 'user', ...named(owner, at, names) },
      ...standing(at, 'made'),
      closed: closing.user(owner, at),
      proof: [event.ref],
    };
  });
}

function madeKeys({ effects, names }: CaseEffects, closing: Closing): readonly WayInCandidate[] {
  return effectsOfKind(effects, 'key-created').map(({ effect, accountId, at, event }) => {
    const { accessKeyId, userName } = effect;
    const owner = { accountId, userName };
    return {
      identity: accessKey(accessKeyId, accountId).id,
      what: {
        kind: 'access-key',
        ...named(owner, at, names),
        accessKeyId,
        ...(isUnrecorded(accessKeyId) ? { madeAt: at } : {}),
      },
      ...standing(at, 'made'),
      closed: closing.key(owner, accessKeyId, at, openingOf(event)),
      ...shownBy(event.ref, closing.reactivation(thing.accessKey(accessKeyId), at)),
    };
  });
}

function setPasswords({ effects, names }: CaseEffects, closing: Closing): readonly WayInCandidate[] {
  return effectsOfKind(effects, 'password-set').map(({ effect, accountId, at, event }) => {
    const owner = { accountId, userName: effect.userName };
    return {
      identity: user(accountId, effect.userName).id,
      what: { kind: 'password', ...named(owner, at, names) },
      ...standing(at, 'made'),
      ...passwordSince(owner, at, event.ref, closing),
    };
  });
}

function otherCredentials({ effects, names }: CaseEffects, closing: Closing): readonly WayInCandidate[] {
  return effectsOfKind(effects, 'credential-made').map(({ effect, accountId, at, event }) => {
    const owner = { accountId, userName: effect.userName };
    return {
      identity: user(accountId, effect.userName).id,
      what: { kind: 'other-credential', ...named(owner, at, names), what: `${effect.what} ${effect.credentialId}` },
      ...standing(at, 'made'),
      closed: closing.other(owner, effect.credentialId, at, openingOf(event)),
      ...shownBy(event.ref, closing.reactivation(thing.credential(accountId, effect.credentialId), at)),
    };
  });
}

/**
 * People outside IAM whose calls are the case's: they can begin anew as long as their directory lets them. Of somebody whose password the
 * intruder had set, what was begun by it: that goes on when the password is set again, for up to 90 days (IAM Identity Center User Guide,
 * session durations), and no record of ours shows its end.
 */
export function peopleWaysIn(identities: readonly CaseIdentity[], { calls }: CaseCalls): readonly WayInCandidate[] {
  return identities
    .filter(({ kind, role }) => kind === 'person' && (role === 'suspect' || role === 'changed'))
    .flatMap(({ id, name, role, since }): readonly WayInCandidate[] => {
      const first = calls.find(({ callers }) => callers.includes(id));
      if (first === undefined) return [];
      const signedIn = role === 'changed' ? ({ signedIn: true } as const) : {};
      const what = { kind: 'person' as const, identity: id, name, ...signedIn };
      // Whether whoever is in what runs there is there still, no record of ours shows.
      const unsure = role === 'changed' || isWorkload(name) ? { unsure: true } : {};
      return [{ identity: id, what, ...standing(since, 'used'), closed: null, ...unsure, proof: [first.ref] }];
    });
}
