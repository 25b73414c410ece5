import type { AccountId, Instant } from '../../model/ids.ts';
import { earlierOf } from '../../model/instant.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { role, user, userOrRoleNamed } from '../../cloudtrail/identities.ts';
import { groupOfDirectory, personOfDirectory } from '../effects/doors/access/directory-access.ts';
import type { EffectKind, LetIn, ThingKey } from '../effects/effect.ts';
import type { LockOutEffect } from '../effects/lock-outs.ts';
import { stillLetsIn } from '../effects/still-lets-in.ts';
import { thing } from '../effects/thing.ts';
import { credentialIdOf, holderOf, thingsOf } from '../effects/things-of.ts';
import type { HabitGround } from '../findings/habit.ts';
import type { SeenEvent } from '../seen-event.ts';
import { CallsByThing } from './calls-by-thing.ts';
import type { CaseEffect, CaseEffects } from './case-effects.ts';
import { placeOf } from './place-of.ts';
import type { Replacement } from './replacements.ts';
import { justBefore, type Undoing } from './undoings.ts';
import { roleSessionOf } from '../ways-in/sessions.ts';
import { letsInAgain } from './given-back-by.ts';

/** Somebody whom the intruder locked out of something, and what of that stands. */
export interface LockOut extends CaseEffect<LockOutEffect> {
  /** All calls that did it, oldest first. */
  readonly events: readonly SeenEvent[];
  /** The record that has what stood before; null where none is known. */
  readonly before: Before | null;
  /** Whom a trust let in before, and lets in no more. */
  readonly shutOut: readonly LetIn[];
}

/** What stood before, as the last record of it says. */
export interface Before {
  readonly at: Instant;
  readonly proof: EventRef;
  /** A boundary's ARN, or a version; null for a document, which the record has. */
  readonly name: string | null;
}

/**
 * Whom a case's calls locked out of what was theirs, minus what was given back since. Nobody is locked out of what the intruder had made, or
 * came by; nor by what a habit, a rotation or a repair explains.
 *
 * @param explains tells such calls
 */
export function lockOutsIn(ground: HabitGround, explains: () => (event: SeenEvent) => boolean): readonly LockOut[] {
  const { calls, effects } = ground;
  const done = calls.calls.flatMap((event) => (event.lockOuts ?? []).map((effect) => ({ event, effect })));
  if (done.every(({ effect: { how } }) => how === 'policy-made')) return [];
  const isExplained = explains();
  const held = heldBy(ground);
  const isTheirOwn = ownOf(ground, held);
  const hasOthersLeft = leavesOthers(held);
  const deniedBy = denialsMade(calls.all);
  const found = done.flatMap(({ event, effect: asRecorded }): readonly LockOut[] => {
    const effect = deniedBy(asTold(asRecorded, event, effects), event);
    if (effect === null || isTheirOwn(effect, event) || hasOthersLeft(effect, event) || isExplained(event)) return [];
    const shutOut = shutOutBy(effect, event, ground);
    if (shutOut === null) return [];
    const place = placeOf(event);
    const identity = calls.identityOf(event);
    const before = beforeOf(effect, event, effects);
    return [{ effect, at: event.at, ...place, identity, event, events: [event], before, shutOut, undone: null }];
  });
  const givenBack = givenBackIn(ground);
  return alike(found.map((each) => ({ ...each, undone: givenBack(each) })));
}

/** What was done twice to the same thing is one, as long as it was not given back between: as it is since the last time. */
function alike(lockOuts: readonly LockOut[]): readonly LockOut[] {
  const groups = Map.groupBy(lockOuts, ({ effect, accountId, region, undone }) =>
    JSON.stringify([accountId, effect.how, effect.whom, ...partOf(effect, region), undone?.at ?? null]),
  );
  return [...groups.values()].flatMap((same) => {
    const [first, last] = [same[0], same.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { at, event, before } = first;
    return [{ ...last, at, event, before, events: same.map((each) => each.event) }];
  });
}

/** Of what they lost, as far as a later one does not take its place. */
function partOf({ how, what, assigned, letsIn }: LockOutEffect, region: string): readonly unknown[] {
  switch (how) {
    case 'boundary-put':
    case 'policy-rewritten':
      return [];
    case 'resource-policy':
      // Names of resources are given once in each region; a key's policy shuts its account out beside what it denies.
      return [region, letsIn === undefined];
    case 'access-taken':
      return [what, region];
    case 'unassigned':
      return [what, assigned?.target];
    default:
      return [what];
  }
}

/** With what other records say of whom it was: the name that a user has now, and whose a membership of a directory was. */
function asTold(effect: LockOutEffect, event: SeenEvent, { names, stoodBefore }: CaseEffects): LockOutEffect {
  const { how, whom } = effect;
  const { accountId } = event.ref;
  if (how === 'renamed') return { ...effect, what: names.latest({ accountId, userName: whom.name }, event.at) };
  if (whom.kind !== 'membership') return effect;
  const [key] = thingsOf(effect, placeOf(event)).slice(-1);
  const made = stoodBefore('access-granted', key ?? '', justBefore(event.at)).at(-1)?.effect;
  if (made === undefined || !made.holder.startsWith(personOfDirectory)) return effect;
  const name = made.holder.slice(personOfDirectory.length);
  return { ...effect, whom: { kind: 'person', name }, what: made.policy.slice(groupOfDirectory.length) };
}

/** Tells whether a key's policy that shuts out its account has somebody of it left that is not the intruder. */
function leavesOthers(held: ReadonlySet<string>): (effect: LockOutEffect, event: SeenEvent) => boolean {
  return ({ how, letsIn = [] }, event) => {
    if (how !== 'resource-policy') return false;
    const caller = roleSessionOf(event);
    return letsIn.some(({ principal }) => {
      const named = userOrRoleNamed(principal, event.ref.accountId)?.id ?? '';
      const isCallers = caller !== null && role(caller.accountId, caller.roleName).id === named;
      return !isCallers && !held.has(named) && !event.callers.includes(named);
    });
  };
}

/** What a policy denies that is put on somebody stands in the record of its making; null for one that denies nothing. */
function denialsMade(all: readonly SeenEvent[]) {
  const made = Map.groupBy(
    all.flatMap((event) =>
      (event.lockOuts ?? []).flatMap(({ how, whom, denies }) =>
        how === 'policy-made' || how === 'policy-rewritten' ? [{ event, name: whom.name, denies }] : [],
      ),
    ),
    ({ name }) => name,
  );
  return (effect: LockOutEffect, { at }: SeenEvent): LockOutEffect | null => {
    if (effect.how === 'policy-made') return null;
    if (effect.denies === undefined || effect.denies.actions !== null) return effect;
    const known = made.get(effect.what)?.findLast(({ event }) => event.at <= at)?.denies;
    // Nobody puts a policy of an organization on somebody to give them more.
    if (known === undefined) return effect.how === 'organization-policy' ? effect : null;
    return known.actions?.length === 0 ? null : { ...effect, denies: known };
  };
}

/** Whom the intruder made or came by. */
function heldBy({ material: { identities } }: HabitGround): ReadonlySet<string> {
  return new Set(identities.filter((each) => each.role === 'suspect' || each.role === 'created').map(({ id }) => id));
}

/** Tells what the intruder had made, given or come by: to take that away locks nobody out. */
function ownOf(
  { calls, effects, material }: HabitGround,
  held: ReadonlySet<string>,
): (effect: LockOutEffect, event: SeenEvent) => boolean {
  const members = material.identities.filter((each) => each.role !== 'outside');
  const keys = new Set([
    ...members.filter(({ kind }) => kind === 'access-key').map(({ name }) => name),
    ...calls.calls.map(({ accessKeyId }) => accessKeyId),
  ]);
  function hasDone(key: ThingKey, kind: EffectKind, { at }: SeenEvent): boolean {
    return effects.doneTo(key).some(({ effect, at: doneAt }) => isMaking(effect.kind, kind, effect) && doneAt <= at);
  }
  /** The name is one that they gave: the one before is told, with that. */
  function isNewName(name: string, { ref, at }: SeenEvent): boolean {
    return effects
      .doneTo(thing.user(ref.accountId, name))
      .some(({ effect, at: doneAt }) => effect.kind === 'user-renamed' && effect.newName === name && doneAt < at);
  }
  /** One whose metadata they changed was there before. */
  function isProviderMade(key: ThingKey, { at }: SeenEvent): boolean {
    return effects
      .doneTo(key)
      .some(
        ({ effect, event, at: doneAt }) =>
          effect.kind === 'provider-made' && event.action.startsWith('Create') && doneAt <= at,
      );
  }
  const madeGroups = new Set(calls.calls.flatMap(({ action, targets }) => (action === 'CreateGroup' ? targets : [])));
  function isOfOwn({ whom }: LockOutEffect, event: SeenEvent): boolean {
    const account = event.ref.accountId;
    switch (whom.kind) {
      case 'user':
        return hasDone(thing.user(account, whom.name), 'user-created', event) || isNewName(whom.name, event);
      case 'role':
        return hasDone(thing.role(account, whom.name), 'role-created', event);
      case 'group':
        return madeGroups.has(whom.name);
      case 'person':
        return hasDone(thing.person(whom.name), 'person-created', event);
      case 'provider':
        return isProviderMade(thing.provider(whom.name), event);
      default:
        return false;
    }
  }
  return (effect, event) => {
    if (isOfOwn(effect, event)) return true;
    const { how, what, whom } = effect;
    const account = event.ref.accountId;
    switch (how) {
      case 'key-off':
      case 'key-deleted':
        return keys.has(what) || hasDone(thing.accessKey(what), 'key-created', event);
      case 'password-deleted':
        return hasDone(thing.password(account, whom.name), 'password-set', event);
      case 'mfa-removed':
      case 'credential-off':
      case 'credential-deleted':
        return hasDone(thing.credential(account, credentialIdOf(what)), 'credential-made', event);
      case 'out-of-group':
        return thingsOf(effect, placeOf(event)).some(
          (key) => hasDone(key, 'group-joined', event) || hasDone(key, 'access-granted', event),
        );
      case 'access-taken':
        return thingsOf(effect, placeOf(event))
          .slice(0, 1)
          .some((key) => hasDone(key, 'access-granted', event) || hasDone(key, 'shared', event));
      case 'policy-taken':
        return hasDone(thing.policy(account, holderOf(whom), what), 'policy-granted', event);
      case 'unassigned':
        return thingsOf(effect, placeOf(event)).some((key) => hasDone(key, 'permission-set-granted', event));
      case 'denied':
      case 'boundary-put':
        // Who is refused what the intruder came by is the intruder.
        return held.has((whom.kind === 'user' ? user : role)(account, whom.name).id);
      default:
        return false;
    }
  };
}

/** A key that was activated again, or a password in the place of another, was there before. */
function isMaking(kind: EffectKind, wanted: EffectKind, effect: CaseEffect['effect']): boolean {
  if (kind !== wanted) return false;
  if (effect.kind === 'key-created') return !effect.reactivated;
  return effect.kind !== 'password-set' || effect.isNew;
}

/** Whom a trust shuts out that let them in before; null for one that shuts out nobody, as far as the records say. */
function shutOutBy(
  effect: LockOutEffect,
  event: SeenEvent,
  { effects, material }: HabitGround,
): readonly LetIn[] | null {
  if (effect.how !== 'trust-written') return [];
  const account = event.ref.accountId;
  const { letsIn = [] } = effect;
  const before = trustBefore(effect, event, effects);
  if (before === null) {
    const own: ReadonlySet<string> = new Set([account, ...(material.ownAccounts ?? [])]);
    return letsIn.every((who) => isOfOthers(who, own)) ? [] : null;
  }
  const gone = before.effect.letsIn.filter((who) => !stillLetsIn(letsIn, who, account));
  return gone.length === 0 ? null : gone;
}

function isOfOthers({ kind, accountId }: LetIn, own: ReadonlySet<string>): boolean {
  return (kind === 'account' || kind === 'other') && accountId !== null && !own.has(accountId);
}

type Trusting = Replacement<'trust-changed'> | Replacement<'role-created'>;

/** Before the case touched it, however often it did. */
function trustBefore(
  { whom }: LockOutEffect,
  { ref, at: writtenAt }: SeenEvent,
  effects: CaseEffects,
): Trusting | null {
  const own = effects
    .doneTo(thing.trust(ref.accountId, whom.name))
    .find(({ effect }) => effect.kind === 'trust-changed');
  const at = justBefore(own === undefined ? writtenAt : earlierOf(own.at, writtenAt));
  const changed = effects.stoodBefore('trust-changed', thing.trust(ref.accountId, whom.name), at).at(-1);
  if (changed !== undefined) return changed.effect.unread ? null : changed;
  return effects.stoodBefore('role-created', thing.role(ref.accountId, whom.name), at).at(-1) ?? null;
}

function beforeOf(effect: LockOutEffect, event: SeenEvent, effects: CaseEffects): Before | null {
  const { accountId } = event.ref;
  // By its own time what it deletes is gone.
  const at = justBefore(event.at);
  const { how, whom, what } = effect;
  switch (how) {
    case 'trust-written':
      return told(trustBefore(effect, event, effects), () => null);
    case 'deleted':
      return whom.kind === 'role' ? told(trustBefore(effect, event, effects), () => null) : null;
    case 'policy-taken': {
      const last = effects.stoodBefore('policy-granted', thing.policy(accountId, holderOf(whom), what), at).at(-1);
      return told(last?.effect.inline === true ? last : null, () => null);
    }
    case 'boundary-put': {
      const last = effects.stoodBefore('boundary-changed', thing.boundary(accountId, holderOf(whom)), at).at(-1);
      return told(last ?? null, ({ effect: { boundary } }) => boundary);
    }
    case 'policy-rewritten': {
      const last = effects.stoodBefore('policy-version-set', thing.policyDocument(whom.name), at).at(-1);
      return told(last ?? null, ({ effect: { version } }) => version);
    }
    case 'resource-policy': {
      const place = placeOf(event);
      const of = { type: whom.kind, resource: whom.name };
      const all = effects.stoodBefore('shared', thing.shares(place, of), at);
      return told(all.filter(({ effect: { by } }) => by === 'policy').at(-1) ?? null, () => null);
    }
    default:
      return null;
  }
}

function told<R extends Pick<Replacement<EffectKind>, 'at' | 'proof'>>(
  before: R | null,
  nameOf: (before: R) => string | null,
): Before | null {
  return before === null ? null : { at: before.at, proof: before.proof, name: nameOf(before) };
}

/** When somebody gave back what was taken, or took away what kept them out. */
function givenBackIn({ calls, effects }: HabitGround): (lockOut: LockOut) => Undoing | null {
  const own = new Set(calls.calls);
  const byThing = new CallsByThing(calls.all);
  return (lockOut) => {
    const { effect, event, at } = lockOut;
    const place = placeOf(event);
    // Of each thing the calls are gone through as far as the first that lets in again.
    const again = thingsOf(effect, place).flatMap(
      (key) => byThing.after(key, event).find((each) => letsInAgain(effect, lockOut, each, own.has(each))) ?? [],
    );
    const later = again.toSorted((a, b) => byThing.positionOf(a) - byThing.positionOf(b))[0];
    if (later !== undefined) return { at: later.at, proof: later.ref };
    return effects.undoneSince(keptOutBy(effect, place), at, 'again');
  };
}

/** What keeps somebody out, as long as it is there. */
function keptOutBy(effect: LockOutEffect, place: { readonly accountId: AccountId; readonly region: string }) {
  const { how, whom, what } = effect;
  if (how === 'denied') {
    const holder = holderOf(whom);
    return [thing.policy(place.accountId, holder, what), thing.policyDocument(what)];
  }
  if (how !== 'resource-policy') return [];
  return [thing.share(place, { type: whom.kind, resource: whom.name, by: 'policy' })];
}
