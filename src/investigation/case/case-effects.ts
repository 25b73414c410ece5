import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../../model/actor.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { compareInstants, earliestFirst, instantOfMs } from '../../model/instant.ts';
import type { CaseCalls } from './case-calls.ts';
import type { Closure, Reopening } from './case-material.ts';
import type { Effect, EffectKind, EffectOf, ThingKey } from '../effects/effect.ts';
import type { Place } from '../effects/meant.ts';
import { letsInAllOf } from '../effects/opening-overlap.ts';
import { holdsClosed, thing, unknownRegion, isOpenedBy } from '../effects/thing.ts';
import { thingsOf } from '../effects/things-of.ts';
import { renamedUsersIn, type RenamedAt } from '../users/renamed-users.ts';
import type { SeenEvent } from '../seen-event.ts';
import { userNamesIn, type UserNames } from '../users/user-names.ts';

/** An effect of a case's call, and what has become of it. */
export interface CaseEffect<E extends Effect = Effect> {
  readonly effect: E;
  readonly at: Instant;
  /** The account that it is in. */
  readonly accountId: AccountId;
  readonly region: string;
  readonly identity: IdentityId;
  readonly event: SeenEvent;
  /** When it was undone, by which record; `null` while it stands, as far as the records say. */
  readonly undone: Undoing | null;
  /** Since when it is being undone, where no record says that this was carried through. */
  readonly ending?: Undoing;
  /** Who else opened the very same again after it had been undone. */
  readonly reopened?: OpenedAgain;
}

export interface Undoing {
  readonly at: Instant;
  /** `null` where a response of ours has verified it, and its record has not arrived. */
  readonly proof: EventRef | null;
}

/** Who denied what, from when, as long as it holds. */
export interface Denials {
  /**
   * Whether what an identity's credential issued at an instant may do is denied in full; the record or response that says so.
   * `null` for what has no such instant (long-term keys carry no `aws:TokenIssueTime`) or is yet to come: a condition spares it.
   */
  readonly denied: (thingKey: ThingKey, issuedAt: Instant | null) => Undoing | null;
}

export interface CaseEffects {
  readonly effects: readonly CaseEffect[];
  /** Calls that gave back what others than the case had taken, with the call that had: what they gave is not among the effects. */
  readonly givenBack: ReadonlyMap<SeenEvent, SeenEvent>;
  readonly denials: Denials;
  readonly names: UserNames;
  /** When a thing was last undone after an instant; what was opened `again` within the second of its undoing is open. */
  readonly undoneSince: (things: readonly ThingKey[], since: Instant, opening?: Opening) => Undoing | null;
  /** The same of what was only begun to be undone. */
  readonly endingSince: (things: readonly ThingKey[], since: Instant) => Undoing | null;
  /** When an undoing of ours last opened a thing again; null where none did. */
  readonly reopenedAt: (things: readonly ThingKey[]) => Instant | null;
  /** What the case itself did to a thing, oldest first. */
  readonly doneTo: (thingKey: ThingKey) => readonly CaseEffect[];
  /** What others than the case last did after an instant to the same thing, where that replaces what was there. */
  readonly replacedBy: <K extends EffectKind>(
    kind: K,
    things: readonly ThingKey[],
    since: Instant,
    isMeant?: (effect: EffectOf<K>, callers: readonly IdentityId[]) => boolean,
  ) => Replacement<K> | null;
  /**
   * What others than the case did to a thing before an instant, oldest first, as far as nobody had taken it away again by then; nothing
   * where the case itself had done so too.
   */
  readonly stoodBefore: <K extends EffectKind>(
    kind: K,
    thingKey: ThingKey,
    before: Instant,
  ) => readonly Replacement<K>[];
}

export type OpenedAgain = Pick<Replacement<EffectKind>, 'at' | 'by' | 'proof'>;

/** Whether a thing began at an instant, or was there before and was opened again. */
export type Opening = 'made' | 'again';

export interface Replacement<K extends EffectKind> extends Undoing {
  readonly by: Actor;
  readonly callers: readonly IdentityId[];
  readonly proof: EventRef;
  readonly effect: EffectOf<K>;
  /** Whose undoing undoes it. */
  readonly things: readonly ThingKey[];
}

/** All effects of a case's calls, minus their undoing by anybody. */
export function caseEffects(
  { calls, all, identityOf }: CaseCalls,
  closures: readonly Closure[],
  reopenings: readonly Reopening[] = [],
): CaseEffects {
  const reopened = lastReopenings(reopenings);
  function reopenedAt(things: readonly ThingKey[]) {
    return (
      things
        .flatMap((key) => reopened.get(key) ?? [])
        .toSorted(compareInstants)
        .at(-1) ?? null
    );
  }
  const renamedAt = renamedUsersIn(all);
  const undoings = undoingsIn(all, closures, reopenedAt, renamedAt);
  function undoneSince(things: readonly ThingKey[], since: Instant, opening: Opening = 'made') {
    return latestSince(undoings, things, since, opening, ({ begun }) => begun !== true);
  }
  function endingSince(things: readonly ThingKey[], since: Instant) {
    return latestSince(undoings, things, since, 'again', ({ begun }) => begun === true);
  }
  const replacements = replacementsIn({ calls, all });
  const replaced = replacedBy(replacements);
  const effects = calls.flatMap((event) =>
    event.effects
      .filter((effect) => effect.kind !== 'undone')
      .map((effect) => {
        const things = thingsOf(effect, placeOf(event));
        const undone =
          undoneSince(things, event.at, openingOf(event)) ??
          (effect.kind === 'shared' ? withdrawnFromAll(effect, event, undoneSince) : null);
        return {
          effect,
          at: event.at,
          ...placeOf(event),
          identity: identityOf(event),
          event,
          ...standingOf(event.at, undone, {
            endingSince: (since) => endingSince(things, since),
            openedSince: (since) => replaced(effect.kind, things, since, (later) => isSame(effect, later)),
          }),
        };
      }),
  );
  const byThing = new Map<ThingKey, CaseEffect[]>();
  for (const each of effects) for (const key of thingsOf(each.effect, each)) listUnder(byThing, key, each);
  return {
    effects,
    givenBack: new Map(),
    doneTo: (key) => byThing.get(key) ?? [],
    denials: denialsIn(all, closures, undoings, reopenedAt, renamedAt),
    names: userNamesIn(all),
    undoneSince,
    endingSince,
    reopenedAt,
    replacedBy: replaced,
    stoodBefore: (kind, key, before) => {
      const beforeMs = Date.parse(before);
      // Oldest first: the first one tells, of however many.
      const first = byThing.get(key)?.find(({ effect }) => effect.kind === kind);
      if (first !== undefined && Date.parse(first.at) < beforeMs) return [];
      const others = ofKind(kind, replacements, key);
      const end = firstWhere(others, ({ at }) => Date.parse(at) >= beforeMs);
      const last = others.slice(Math.max(0, end - stoodLimit), end);
      return last
        .filter((each) => !isTakenAway(each, undoings, beforeMs))
        .map((each) => ({ ...each, effect: each.effect as EffectOf<typeof kind> })); // its kind was looked at
    },
  };
}

/** What has become of what was opened: the last that is known of its end, or of its being opened again. */
export type Standing = Pick<CaseEffect, 'undone' | 'ending' | 'reopened'>;

/** What was undone, or only begun to be, and opened again by somebody since, is open; and may have been begun to be undone since then. */
export function standingOf(
  at: Instant,
  undone: Undoing | null,
  {
    endingSince,
    openedSince,
  }: {
    readonly endingSince: (since: Instant) => Undoing | null;
    readonly openedSince: (since: Instant) => OpenedAgain | null;
  },
): Standing {
  const again = undone === null ? null : openedSince(justBefore(undone.at));
  if (undone !== null && again === null) return { undone };
  const ending = endingSince(again?.at ?? at);
  const reopened = ending === null ? again : openedSince(justBefore(ending.at));
  if (reopened !== null) return { undone: null, reopened };
  return ending === null ? { undone: null } : { undone: null, ending };
}

/** Where everybody with whom something was shared was taken off its list, one by one: by the last one's going. */
function withdrawnFromAll(
  effect: EffectOf<'shared'>,
  event: SeenEvent,
  undoneSince: CaseEffects['undoneSince'],
): Undoing | null {
  const place = placeOf(event);
  const gone = effect.with.map(({ principal }) => undoneSince([thing.share(place, effect, principal)], event.at));
  const known = gone.filter((each) => each !== null);
  if (known.length < gone.length) return null;
  return known.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1) ?? null;
}

function lastReopenings(reopenings: readonly Reopening[]): ReadonlyMap<ThingKey, Instant> {
  const last = new Map<ThingKey, Instant>();
  for (const { things, at } of reopenings) {
    for (const key of things) {
      const known = last.get(key);
      if (known === undefined || Date.parse(at) > Date.parse(known)) last.set(key, at);
    }
  }
  return last;
}

/** What others did, by what they did it to: asked for each effect of a case, which may have thousands. */
function replacementsIn({
  calls,
  all,
}: Pick<CaseCalls, 'calls' | 'all'>): ReadonlyMap<ThingKey, readonly Replacement<EffectKind>[]> {
  const own = new Set(calls);
  const byThing = new Map<ThingKey, Replacement<EffectKind>[]>();
  for (const event of all) {
    if (own.has(event)) continue;
    for (const effect of event.effects) {
      const things = thingsOf(effect, placeOf(event));
      const replacement = { at: event.at, by: event.actor, callers: event.callers, proof: event.ref, effect, things };
      for (const key of things) {
        listUnder(byThing, key, replacement);
      }
    }
  }
  return byThing;
}

/** Whether somebody took a thing away, or what it stood with, between its making and an instant: what is made anew is another. */
function isTakenAway(
  { at, things }: Replacement<EffectKind>,
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
  beforeMs: number,
): boolean {
  const fromMs = Date.parse(at);
  return things.some((key) => {
    const known = undoings.get(key) ?? [];
    const end = firstWhere(known, (each) => Date.parse(each.at) > beforeMs);
    const last = known.findLast(
      (each, place) => place < end && each.begun !== true && !things.some((spared) => each.butFor?.includes(spared)),
    );
    return last !== undefined && Date.parse(last.at) > fromMs;
  });
}

/** So many of what others did to a thing before are looked at. */
const stoodLimit = 50;

const listsOfKind = new WeakMap<
  readonly Replacement<EffectKind>[],
  Map<EffectKind, readonly Replacement<EffectKind>[]>
>();

/** Of a thing's changes those of a kind: asked for each effect on it, and picked out once. */
function ofKind(
  kind: EffectKind,
  replacements: ReadonlyMap<ThingKey, readonly Replacement<EffectKind>[]>,
  key: ThingKey,
): readonly Replacement<EffectKind>[] {
  const all = replacements.get(key) ?? [];
  const known = listsOfKind.get(all) ?? new Map<EffectKind, readonly Replacement<EffectKind>[]>();
  listsOfKind.set(all, known);
  const list = known.get(kind) ?? all.filter(({ effect }) => effect.kind === kind);
  known.set(kind, list);
  return list;
}

function replacedBy(byThing: ReadonlyMap<ThingKey, readonly Replacement<EffectKind>[]>): CaseEffects['replacedBy'] {
  return <K extends EffectKind>(
    kind: K,
    things: readonly ThingKey[],
    since: Instant,
    isMeant: (effect: EffectOf<K>, callers: readonly IdentityId[]) => boolean = () => true,
  ): Replacement<K> | null => {
    const lasts = things.flatMap((key): readonly Replacement<K>[] => {
      const found = byThing
        .get(key)
        ?.findLast(
          ({ at, effect, callers }) =>
            !isAfter(at, since) || (effect.kind === kind && isMeant(effect as EffectOf<K>, callers)),
        );
      if (found === undefined || !isAfter(found.at, since)) return [];
      return [{ ...found, effect: found.effect as EffectOf<K> }]; // its kind was looked at
    });
    return lasts.toSorted(earliestFirst).at(-1) ?? null;
  };
}

/** The first place from which on a condition holds, in a list in which it holds from some place on. */
export function firstWhere<T>(list: readonly T[], holds: (each: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = list[middle];
    if (each === undefined || holds(each)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function listUnder<T>(lists: Map<ThingKey, T[]>, key: ThingKey, each: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [each]);
  else known.push(each);
}

/** Where what a call made is. */
export function placeOf({ ref, region = unknownRegion }: Pick<SeenEvent, 'ref' | 'region'>): Place {
  return { accountId: ref.accountId, region };
}

/** `UpdateAccessKey` and its like open again what was there. */
export function openingOf({ action }: Pick<SeenEvent, 'action'>): Opening {
  return /^(?:Create|Upload)/u.test(action) ? 'made' : 'again';
}

/** The effects of some kinds. */
export function effectsOfKind<K extends EffectKind>(
  effects: readonly CaseEffect[],
  ...kinds: readonly K[]
): readonly CaseEffect<EffectOf<K>>[] {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return effects.filter((each): each is CaseEffect<EffectOf<K>> => wanted.has(each.effect.kind));
}

/** Of one second's records nobody knows which came last, and the one that opens counts. */
export function justBefore(at: Instant): Instant {
  return instantOfMs(Date.parse(at) - 1);
}

/**
 * Whether what somebody else opened later is what was opened here, or more, so that whoever was let in is in again. What is made anew by
 * a name is another thing, with other credentials, unless what it is made of is what somebody has, or all that was asked for is the same.
 */
function isSame(effect: Effect, later: Effect): boolean {
  switch (effect.kind) {
    case 'policy-granted':
      return (
        later.kind === effect.kind && isDeepStrictEqual([later.holder, later.policy], [effect.holder, effect.policy])
      );
    case 'shared':
      // Of each whom it lets in apart.
      return false;
    case 'network-opened':
      return (
        later.kind === effect.kind &&
        later.securityGroup === effect.securityGroup &&
        later.type === effect.type &&
        letsInAllOf(later.opened, effect.opened)
      );
    case 'provider-made':
      return later.kind === effect.kind && isSameProvider(effect, later);
    case 'person-created':
      return later.kind === effect.kind && later.userId === effect.userId;
    case 'code-planted':
      return later.kind === effect.kind && later.what === effect.what && later.asked === effect.asked;
    case 'service-login-made':
      return effect.isHeld === true && isDeepStrictEqual(withoutEndings(later), withoutEndings(effect));
    case 'group-joined':
    case 'permission-set-granted':
    case 'access-granted':
    case 'role-passed':
      return isDeepStrictEqual(withoutEndings(later), withoutEndings(effect));
    default:
      return false;
  }
}

/** One that gives some of the same roles; a certificate's profile that is switched on may not name them. */
function isSameProvider(effect: EffectOf<'provider-made'>, later: EffectOf<'provider-made'>): boolean {
  if (later.what !== effect.what || later.arn !== effect.arn || later.part !== effect.part) return false;
  const isSilent =
    later.roleArns.length === 0 && (effect.what === 'certificate-profile' || effect.roleArns.length === 0);
  return isSilent || later.roleArns.some((arn) => effect.roleArns.includes(arn));
}

function withoutEndings(effect: Effect): object {
  return { ...effect, endsWith: undefined, begun: undefined };
}

interface KnownUndoing extends Undoing {
  readonly thing: ThingKey;
  readonly butFor?: readonly ThingKey[] | undefined;
  readonly begun?: true | undefined;
}

type ReopenedAt = CaseEffects['reopenedAt'];

function undoingsIn(
  all: readonly SeenEvent[],
  closures: readonly Closure[],
  reopenedAt: ReopenedAt,
  renamedAt: RenamedAt,
): ReadonlyMap<ThingKey, KnownUndoing[]> {
  const unblocked = unblockings(all);
  function isHeld(event: SeenEvent, whileThere: ThingKey | null): boolean {
    const later = whileThere === null ? [] : (unblocked.get(whileThere) ?? []);
    return !later.some((each) => each !== event && Date.parse(each.at) >= Date.parse(event.at));
  }
  const recorded = all.flatMap((event) =>
    event.effects.flatMap((effect) =>
      effect.kind === 'undone' && effect.how !== 'denied' && isHeld(event, effect.whileThere)
        ? effect.things.map((each) => ({
            thing: each,
            at: event.at,
            proof: event.ref,
            butFor: effect.butFor,
            begun: effect.begun,
          }))
        : [],
    ),
  );
  const verified = closures.flatMap(({ things, at }) => things.map((each) => ({ thing: each, at, proof: null })));
  const holding = [...recorded, ...verified].filter(
    ({ thing: key, at }) => isAfter(at, reopenedAt([key])) && isBefore(at, renamedAt(key)),
  );
  // What was verified is told after what was recorded: by time each list is what its last one says.
  return Map.groupBy<ThingKey, KnownUndoing>(holding.toSorted(earliestFirst), (each) => each.thing);
}

/** Whenever somebody took off what held a resource back, by the block, or started an instance that stood still. */
function unblockings(all: readonly SeenEvent[]): ReadonlyMap<ThingKey, readonly SeenEvent[]> {
  const taken = new Map<ThingKey, SeenEvent[]>();
  for (const event of all) {
    for (const effect of event.effects) {
      if (effect.kind === 'undone') for (const key of effect.things) if (holdsClosed(key)) listUnder(taken, key, event);
      if (effect.kind !== 'shared' || effect.by !== 'block') continue;
      listUnder(taken, thing.share(placeOf(event), effect), event);
    }
  }
  return taken;
}

/** The trail's records of what we opened again come minutes later: until then, only our own word tells that it is open. */
function isAfter(at: Instant, reopenedAt: Instant | null): boolean {
  return reopenedAt === null || Date.parse(at) > Date.parse(reopenedAt);
}

/** Of a renamed user, only what was done before counts: in doubt, what a name stands for is open. */
function isBefore(at: Instant, renamedAt: Instant | null): boolean {
  return renamedAt === null || Date.parse(at) < Date.parse(renamedAt);
}

/** Names that AWS gives once can only be undone after they were made; others may be made again within the second. */
const givenOnce = /^(?:access-key|credential)\//;

/** Whether what was written anew says the same thing again, or an opening to some of the same. */
function isLeft(things: readonly ThingKey[], { butFor = [] }: KnownUndoing): boolean {
  return things.some((key) => butFor.some((left) => left === key || isOpenedBy(key, left)));
}

function latestSince(
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
  things: readonly ThingKey[],
  since: Instant,
  opening: Opening,
  isMeant: (undoing: KnownUndoing) => boolean,
): Undoing | null {
  const from = Date.parse(since);
  function isLater(key: ThingKey, at: Instant): boolean {
    return opening === 'made' && givenOnce.test(key) ? Date.parse(at) >= from : Date.parse(at) > from;
  }
  const later = things
    .flatMap((each) => undoings.get(each)?.findLast((one) => isMeant(one) && !isLeft(things, one)) ?? [])
    .filter(({ at, thing: key }) => isLater(key, at));
  const last = later.toSorted(earliestFirst).at(-1);
  return last === undefined ? null : { at: last.at, proof: last.proof };
}

interface Denial extends Undoing {
  readonly thing: ThingKey;
  readonly issuedBefore: Instant | null;
  readonly whileThere: ThingKey | null;
}

/** A denial holds until its policy is taken off, or written anew without it. */
function denialsIn(
  all: readonly SeenEvent[],
  closures: readonly Closure[],
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
  reopenedAt: ReopenedAt,
  renamedAt: RenamedAt,
): Denials {
  const recorded = all.flatMap(({ effects, at, ref }) =>
    effects.flatMap((effect): readonly Denial[] =>
      effect.kind === 'undone' && effect.how === 'denied'
        ? effect.things.map((each) => ({
            thing: each,
            at,
            proof: ref,
            issuedBefore: effect.issuedBefore,
            whileThere: effect.whileThere,
          }))
        : [],
    ),
  );
  const verified = closures.flatMap(({ things, at, issuedBefore, whileThere }) =>
    things.map((each) => ({ thing: each, at, proof: null, issuedBefore, whileThere: whileThere ?? null })),
  );
  const rewritten = rewritings(all);
  const inForce = [...recorded, ...verified].filter(
    (denial) =>
      // A policy goes with its user to the new name, where its end would be missed.
      renamedAt(denial.thing) === null &&
      !isLifted(denial, rewritten, undoings) &&
      isAfter(denial.at, denial.whileThere === null ? null : reopenedAt([denial.whileThere])),
  );
  const byThing = new Map([...Map.groupBy(inForce, ({ thing: key }) => key)].map(([key, all]) => [key, widened(all)]));
  return {
    denied(key, issuedAt) {
      const widening = byThing.get(key) ?? [];
      const found = widening[firstWhere(widening, (denial) => reaches(denial, issuedAt))];
      return found === undefined ? null : { at: found.at, proof: found.proof };
    },
  };
}

/** Whether a denial holds for what was issued at an instant. */
function reaches({ issuedBefore }: Denial, issuedAt: Instant | null): boolean {
  return issuedBefore === null || (issuedAt !== null && Date.parse(issuedAt) < Date.parse(issuedBefore));
}

/** Of denials in order those that reach further than all before them: the first that reaches an instant is one of these. */
function widened(denials: readonly Denial[]): readonly Denial[] {
  let furthest = Number.NEGATIVE_INFINITY;
  return denials.filter(({ issuedBefore }) => {
    const reach = issuedBefore === null ? Number.POSITIVE_INFINITY : Date.parse(issuedBefore);
    if (!(reach > furthest)) return false;
    furthest = reach;
    return true;
  });
}

/** Whenever a policy was written without denying everything, by the policy; oldest first. */
function rewritings(all: readonly SeenEvent[]): ReadonlyMap<ThingKey, readonly SeenEvent[]> {
  const written = new Map<ThingKey, SeenEvent[]>();
  for (const event of all) {
    const denying = new Set(event.effects.flatMap((each) => (each.kind === 'undone' ? [each.whileThere] : [])));
    for (const effect of event.effects) {
      if (effect.kind !== 'policy-granted') continue;
      const policy = thing.policy(event.ref.accountId, effect.holder, effect.policy);
      if (denying.has(policy)) continue;
      listUnder(written, policy, event);
    }
  }
  return written;
}

/** By its policy's end, or another content; within one second nobody knows which came last, and it counts as lifted. */
function isLifted(
  { whileThere, at, proof }: Denial,
  rewritten: ReadonlyMap<ThingKey, readonly SeenEvent[]>,
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
): boolean {
  if (whileThere === null) return false;
  const from = Date.parse(at);
  const last = rewritten.get(whileThere)?.at(-1);
  return (
    Date.parse(undoings.get(whileThere)?.at(-1)?.at ?? '') >= from ||
    (last !== undefined && Date.parse(last.at) >= from && last.ref.eventId !== proof?.eventId)
  );
}
