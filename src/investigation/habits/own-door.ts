import type { IdentityId } from '../../model/identity.ts';
import { hourMs } from '../../model/duration.ts';
import { isConsoleSession, kindOf } from '../links/identity-parts.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { isSecondFactor } from './own-places.ts';
import { comesFromNewPlaces } from './roaming.ts';
import { settledBefore } from './settled-place.ts';
import { WorkedPlaces } from './worked-places.ts';

/** A console session lasts no longer (IAM User Guide). */
const signInMs = 12 * hourMs;
/** Who hands on more often than this is not followed back. */
const mostHops = 5;

/** How surely whoever made a call is its owner: where they have worked on days before, or where they came in and are known from nowhere else. */
export type OwnDoor = 'settled' | 'only-place';

/**
 * Tells who came in by a door of their own, and how surely they are who they say: somebody who signed in with a second factor, or for whom an
 * identity provider vouched, from an address at which they have worked on several days, or known from nowhere else, or who comes from new
 * ones nearly every day; and all that was done from that same address with what they were given there. Long-term keys are no such door, for whoever finds one has it: but where one has
 * worked on several days, it is at least known.
 */
export function ownDoors(all: readonly SeenEvent[]): (event: SeenEvent) => OwnDoor | null {
  const personBehind = peopleBehind(all);
  function whoOf(event: SeenEvent): string {
    return personBehind(event) ?? '';
  }
  // What a web identity vouches for is as often a pipeline, which does whatever it was last told to.
  const workloads = new Set(all.filter(({ action }) => action === 'AssumeRoleWithWebIdentity').map(whoOf));
  const worked = new WorkedPlaces(all, whoOf);
  const isSettled = settledBefore(all, whoOf);
  const isRoaming = roamers(all, whoOf);
  return (event) => {
    const person = personBehind(event);
    if (person === null || event.sourceAddress === undefined) return null;
    // Of a key as old as the records the first calls are no newer than the next: it has to stay there.
    if (person.startsWith(byKey))
      return worked.daysThere(event) > habitDays && isSettled(event, dayOf(event)) ? 'only-place' : null;
    if (!workloads.has(person) && worked.daysBefore(event) >= habitDays && isSettled(event, dayOf(event)))
      return 'settled';
    return worked.isOnlyPlace(event) || (!workloads.has(person) && isRoaming(event)) ? 'only-place' : null;
  };
}

/** Tells whether somebody who comes from new addresses nearly every day was vouched for where a call of theirs comes from. */
function roamers(all: readonly SeenEvent[], whoOf: (event: SeenEvent) => string): (event: SeenEvent) => boolean {
  const byPerson = Map.groupBy(all, whoOf);
  const known = new Map<string, Vouchings>();
  return (event) => {
    const person = whoOf(event);
    const vouchings = known.get(person) ?? vouchingsOf(byPerson.get(person) ?? []);
    known.set(person, vouchings);
    return vouchings.roams && (vouchings.at.get(event.sourceAddress) ?? []).some((each) => admits(each, event));
  };
}

/** Where an identity provider vouched for somebody, once told of a person: each of their calls asks. */
interface Vouchings {
  readonly roams: boolean;
  readonly at: ReadonlyMap<string | undefined, readonly SeenEvent[]>;
}

function vouchingsOf(own: readonly SeenEvent[]): Vouchings {
  const at = Map.groupBy(own.filter(isVouchedFor), ({ sourceAddress }) => sourceAddress);
  return { roams: at.size > 0 && comesFromNewPlaces(own), at };
}

/** The person by whose sign-in, from the same address, a call could be made. */
function peopleBehind(all: readonly SeenEvent[]): (event: SeenEvent) => IdentityId | null {
  const minted = all.flatMap((event) => keysMintedBy(event).map((key) => ({ key, event })));
  const minting = Map.groupBy(minted, ({ key }) => key);
  const signIns = Map.groupBy(
    all.filter(({ effects }) => effects.some(({ kind }) => kind === 'console-login')),
    ({ callers }) => callers[0] ?? '',
  );
  /** Whoever has root's password set anew by mail is its owner where they then have its second factor, at the same address. */
  function byRecovery(event: SeenEvent): IdentityId | null {
    const [who = ''] = event.callers;
    const next = (signIns.get(who) ?? []).find(({ at }) => Date.parse(at) >= Date.parse(event.at));
    const isOwn =
      next !== undefined &&
      Date.parse(next.at) - Date.parse(event.at) <= hourMs &&
      next.sourceAddress === event.sourceAddress &&
      isSecondFactor(next);
    return isOwn ? who : null;
  }
  function bySignIn(event: SeenEvent): IdentityId | null {
    const [who = ''] = event.callers;
    const sinceMs = Date.parse(event.at) - signInMs;
    const recent = (signIns.get(who) ?? []).filter(
      ({ at }) => Date.parse(at) <= Date.parse(event.at) && Date.parse(at) >= sinceMs,
    );
    const isOwn =
      recent.length > 0 && recent.every((each) => each.sourceAddress === event.sourceAddress && isSecondFactor(each));
    return isOwn ? who : null;
  }
  function behind(event: SeenEvent, hops: number): IdentityId | null {
    const person = event.callers.find((id) => kindOf(id) === 'person');
    if (person !== undefined) return person;
    const made = minting.get(event.accessKeyId ?? '');
    if (made !== undefined) return hops < mostHops ? makerOf(event, made, hops + 1) : null;
    if (isRecovery(event)) return byRecovery(event);
    if (isOfConsole(event)) return bySignIn(event);
    if (isByKey(event)) return `${byKey}${event.callers[0] ?? ''}`;
    // Another account's record of a call names its caller by ID alone: the caller's own record says more.
    const copies = keysMintedBy(event).flatMap((key) => minting.get(key) ?? []);
    return hops < mostHops
      ? makerOf(
          event,
          copies.filter((copy) => copy.event !== event),
          hops + 1,
        )
      : null;
  }
  function makerOf(event: SeenEvent, made: readonly { readonly event: SeenEvent }[], hops: number): IdentityId | null {
    const makers = made
      .filter((each) => each.event.sourceAddress === event.sourceAddress)
      .map((each) => behind(each.event, hops));
    return makers.find((each) => each !== null) ?? null;
  }
  const known = new WeakMap<SeenEvent, { readonly id: IdentityId | null }>();
  return (event) => {
    const found = known.get(event) ?? { id: behind(event, 0) };
    known.set(event, found);
    return found.id;
  };
}

/** A reset of root's password by mail, asked for or done. */
export function isRecovery({ action, callers }: SeenEvent): boolean {
  return kindOf(callers[0] ?? '') === 'root' && action.startsWith('PasswordRecovery');
}

/** Whether an identity provider vouched for the person who made a call. */
function isVouchedFor({ callers, outcome }: SeenEvent): boolean {
  return kindOf(callers[0] ?? '') === 'person' && outcome === 'success';
}

/** Whether what vouched for somebody still holds: within a console session. */
function admits({ at }: SeenEvent, call: SeenEvent): boolean {
  const sinceMs = Date.parse(call.at) - Date.parse(at);
  return sinceMs >= 0 && sinceMs <= signInMs;
}

/** Whoever has a user's long-term key, told from the user in the console. */
const byKey = 'key of ';

/** A call of a user with a long-term key. */
export function isByKey({ callers, accessKeyId = '' }: SeenEvent): boolean {
  return kindOf(callers[0] ?? '') === 'user' && accessKeyId.startsWith('AKIA');
}

/** A user or root without a key, in a console session, or with temporary credentials that no call handed out: the console's. */
function isOfConsole({ callers, accessKeyId }: SeenEvent): boolean {
  const kind = kindOf(callers[0] ?? '');
  if (callers.some(isConsoleSession)) return true;
  return (kind === 'user' || kind === 'root') && (accessKeyId === undefined || accessKeyId.startsWith('ASIA'));
}

function keysMintedBy({ effects }: SeenEvent): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'session-minted' ? [effect.accessKeyId] : []));
}
