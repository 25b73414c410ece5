import type { IdentityId } from '../../model/identity.ts';
import type { CaseIdentity, CaseMaterial } from './case-material.ts';
import type { Effect } from '../effects/effect.ts';
import type { Link } from '../../model/link.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import { user } from '../../cloudtrail/identities.ts';
import { latestCopies } from '../latest-copies.ts';
import { isConsoleSession, kindOf } from '../links/identity-parts.ts';
import { dayOf, habitDays, firstDayOf } from '../habits/habit-days.ts';
import { ownRotations } from '../habits/own-rotations.ts';
import { settledPlaces } from '../habits/settled-place.ts';
import { sameAct } from '../habits/same-act.ts';
import { byTime, isUnconfirmed, type SeenEvent } from '../seen-event.ts';

/** The calls of a case, told apart from what others did about it. */
export interface CaseCalls {
  /** By the case's identities, oldest first: what the intruder did, or tried. */
  readonly calls: readonly SeenEvent[];
  /** By anybody, ourselves included, oldest first. */
  readonly all: readonly SeenEvent[];
  /** Calls by which an owner made a key for themselves while the intruder worked with the one before: not the intruder's. */
  readonly rotatedByOwner: readonly SeenEvent[];
  /** Said to be by the case's identities, by imported records alone: shown, and nothing is concluded from them. */
  readonly unconfirmed: readonly SeenEvent[];
  /** Who made a call, as the case names them: never a mere key of somebody whom it names. */
  readonly identityOf: (event: SeenEvent) => IdentityId;
}

/**
 * Takes apart whose call each event is. A call counts as the intruder's from when its identity belongs to the case, unless it is what
 * that identity did alike on days before its first alert, from an address that no alert names: a stolen key's owner goes on working.
 * A call that changed, gave or took something is only alike where the same was done to the same.
 */
export function caseCalls({
  identities,
  links,
  events,
  alerts,
}: Pick<CaseMaterial, 'identities' | 'links' | 'events' | 'alerts'>): CaseCalls {
  const members = new Map(identities.filter(({ role }) => role !== 'outside').map((each) => [each.id, each]));
  const outsiders = new Set(identities.filter(({ role }) => role === 'outside').map(({ id }) => id));
  const steps = new Set(
    links.filter(({ from }) => outsiders.has(from)).flatMap(({ proof }) => proof.map(({ eventId }) => eventId)),
  );
  const settings = links.filter(({ how }) => how === 'set-password');
  // Whoever is signed in to a directory stays so without the password.
  const passwordsSet = new Set(settings.map(({ to }) => to).filter((id) => kindOf(id) !== 'person'));
  const sorted = inOrder(latestCopies(events, namedIn({ alerts, links })));
  const all = sorted.filter((event) => !isUnconfirmed(event));
  const hostile = hostileIn(sorted, alerts);
  const ofUsers = ownersAgain(all, members);
  const ofPeople = fromOwnPlaces(
    all,
    settings.filter(({ to }) => kindOf(to) === 'person' && members.get(to)?.whole === false),
  );
  function isTheirs(event: SeenEvent): boolean {
    return (
      !event.own &&
      !ofPeople(event) &&
      (hostile.addresses.has(event.sourceAddress) || !ofUsers(event)) &&
      // Of an outsider's calls, those by which it came in are the intruder's for certain.
      (steps.has(event.ref.eventId) ||
        event.callers.some((id) => isActing(members.get(id), event, hostile.addresses, passwordsSet)))
    );
  }
  const theirs = all.filter(isTheirs);
  const isHabit = habitsIn(all, theirs, hostile);
  const rotated = ownRotations(all, new Set(hostile.alerted));
  return {
    all,
    calls: theirs.filter((event) => !isHabit(event) && !rotated.isOwners(event)),
    rotatedByOwner: rotated.made,
    unconfirmed: sorted.filter((event) => isUnconfirmed(event) && isTheirs(event)),
    identityOf: ({ callers }) =>
      callers.find((id) => isConsoleSession(id) && members.has(id)) ??
      callers.find((id) => kindOf(id) !== 'access-key' && members.has(id)) ??
      callers.find((id) => members.has(id) || outsiders.has(id)) ??
      callers[0] ??
      'unknown',
  };
}

/** The events that alerts and links of the case name. */
function namedIn({ alerts, links }: Pick<CaseMaterial, 'alerts' | 'links'>): ReadonlySet<string> {
  const refs = [...alerts.map(({ eventRefs }) => eventRefs), ...links.map(({ proof }) => proof)].flat();
  return new Set(refs.map(({ eventId }) => eventId));
}

/** With a credential of the case; without any, as a sign-in is, where the case is about the identity itself. */
function isActing(
  identity: CaseIdentity | undefined,
  event: SeenEvent,
  hostile: ReadonlySet<string | undefined>,
  passwordsSet: ReadonlySet<IdentityId>,
): boolean {
  if (identity === undefined || Date.parse(event.at) < Date.parse(identity.since)) return false;
  if (identity.whole) return true;
  // The owner of a key that was stolen, or made beside, signs in as before; whose password was set by the intruder does not.
  const hasOwnPassword = identity.role === 'suspect' || (identity.role === 'changed' && !passwordsSet.has(identity.id));
  const isKnown = !hasOwnPassword || hostile.has(event.sourceAddress);
  return isWithoutCredential(event) && event.callers[0] === identity.id && isKnown;
}

/**
 * Tells sign-ins to the console, and what was done in them, of users whose password somebody else than the case set last: after the
 * intruder had set it, they have it back.
 */
function ownersAgain(
  all: readonly SeenEvent[],
  members: ReadonlyMap<IdentityId, CaseIdentity>,
): (event: SeenEvent) => boolean {
  const settings = Map.groupBy(
    all.flatMap(({ effects, ref, at, callers, action }) =>
      effects.flatMap((effect) =>
        // Whoever changes a password of their own had it before.
        effect.kind === 'password-set' && action !== 'ChangePassword'
          ? [{ owner: user(ref.accountId, effect.userName).id, at, isTheirs: callers.some((id) => members.has(id)) }]
          : [],
      ),
    ),
    ({ owner }) => owner,
  );
  return ({ at, sessionFrom, callers, effects }) => {
    const [owner = ''] = callers;
    const isSignIn = effects.some((effect) => effect.kind === 'console-login' && !effect.federated);
    if (!isSignIn && !callers.some(isConsoleSession)) return false;
    const signedInMs = Date.parse(isSignIn ? at : (sessionFrom ?? ''));
    const before = (settings.get(owner) ?? []).filter((each) => Date.parse(each.at) <= signedInMs);
    return before.some(({ isTheirs }) => isTheirs) && before.at(-1)?.isTheirs === false;
  };
}

/**
 * Tells what people of a directory, whose password the case set, did in the console where they had been before: a console is one for whoever
 * is in it.
 */
function fromOwnPlaces(all: readonly SeenEvent[], settings: readonly Link[]): (event: SeenEvent) => boolean {
  if (settings.length === 0) return () => false;
  const sinceMs = new Map(
    settings.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).map(({ to, at }) => [to, Date.parse(at)]),
  );
  const places = new Set<string>();
  function placesOf({ callers, sourceAddress }: SeenEvent): readonly string[] {
    return callers.filter((id) => sinceMs.has(id)).map((id) => `${id} ${sourceAddress ?? ''}`);
  }
  for (const event of all) {
    const isBefore = event.callers.some((id) => Date.parse(event.at) < (sinceMs.get(id) ?? 0));
    if (isBefore) for (const place of placesOf(event)) places.add(place);
  }
  return (event) => event.callers.some(isConsoleSession) && placesOf(event).some((place) => places.has(place));
}

function isWithoutCredential({ callers, accessKeyId }: SeenEvent): boolean {
  return accessKeyId === undefined && !callers.some(isConsoleSession);
}

/** Where the record does not show what was put there, as with code: fewer may be a rehearsal. */
const unshownHabitDays = 5;

function showsNoCode({ kind }: Effect): boolean {
  return kind === 'code-planted' || kind === 'code-run';
}

/** What the case's alerts say about the intruder. */
interface Hostile {
  readonly addresses: ReadonlySet<string | undefined>;
  readonly alerted: readonly SeenEvent[];
  /** The day of the first call that is alerted on, in UTC; later than any where none is known. */
  readonly firstDay: string;
}

function hostileIn(events: readonly SeenEvent[], alerts: CaseMaterial['alerts']): Hostile {
  const refs = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(eventRefKey)));
  const alerted = events.filter(({ ref }) => refs.has(eventRefKey(ref)));
  return {
    addresses: new Set(alerted.map(({ sourceAddress }) => sourceAddress)),
    alerted,
    firstDay: firstDayOf(alerted) ?? '~',
  };
}

/**
 * What was done so on days before the case's first alert: what comes after it may be a rehearsal.
 *
 * @param asked the calls that are asked about: what is like none of them is not looked at.
 */
function habitsIn(
  all: readonly SeenEvent[],
  asked: readonly SeenEvent[],
  hostile: Hostile,
): (event: SeenEvent) => boolean {
  function maybe({ sourceAddress }: SeenEvent): boolean {
    return sourceAddress !== undefined && !hostile.addresses.has(sourceAddress);
  }
  const addresses = new Set(asked.filter(maybe).map(({ sourceAddress }) => sourceAddress));
  const days = new Map<string, Set<string>>();
  for (const event of all) {
    if (!addresses.has(event.sourceAddress) || dayOf(event) >= hostile.firstDay) continue;
    const act = sameAct(event);
    if (act !== null) days.set(act, (days.get(act) ?? new Set<string>()).add(dayOf(event)));
  }
  const isSettled = settledPlaces(all, ({ callers }) => callers[0] ?? '', hostile.firstDay);
  return (event) => {
    if (!maybe(event) || !isSettled(event)) return false;
    const act = sameAct(event);
    if (act === null) return false;
    const before = [...(days.get(act) ?? [])].filter((day) => day < dayOf(event));
    return before.length >= (event.effects.some(showsNoCode) ? unshownHabitDays : habitDays);
  };
}

/** CloudTrail's times are whole seconds: within one, what makes something comes before what uses it, and its removal last. */
function inOrder(events: readonly SeenEvent[]): readonly SeenEvent[] {
  return events
    .map((event) => ({ event, atMs: Date.parse(event.at) }))
    .sort((a, b) => a.atMs - b.atMs || causeRank(a.event) - causeRank(b.event) || byTime(a.event, b.event))
    .map(({ event }) => event);
}

function causeRank({ action, readOnly }: SeenEvent): number {
  if (/^(?:AssumeRole|Create|Register|Run|Send|Start|Upload)/u.test(action)) return 0;
  if (/^(?:Delete|Detach|Remove|Terminate|Stop|Disable|Deregister|Revoke)/u.test(action)) return 3;
  return readOnly ? 1 : 2;
}
