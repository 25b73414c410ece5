import { earliestFirst, instantOfMs } from '../../model/instant.ts';
import type { Instant } from '../../model/ids.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { ThingKey } from '../effects/effect.ts';
import { listUnder } from '../../model/list-under.ts';
import { holdsClosed, isOpenedBy, thing } from '../effects/thing.ts';
import type { SeenEvent } from '../seen-event.ts';
import { placeOf } from './place-of.ts';
import type { RenamedAt } from '../users/renamed-users.ts';
import type { Closure } from './case-material.ts';
import { isAfter, type ReopenedAt } from './reopenings.ts';

/** When something was undone, and by which record. */
export interface Undoing {
  readonly at: Instant;
  /** `null` where a response of ours has verified it, and its record has not arrived. */
  readonly proof: EventRef | null;
}

/** An undoing of one thing, and what it left, where it is being carried through still. */
export interface KnownUndoing extends Undoing {
  readonly thing: ThingKey;
  readonly butFor?: readonly ThingKey[] | undefined;
  readonly begun?: true | undefined;
}

/** Whatever was undone, or begun to be, by records and by responses of ours; each thing's in the order of time. */
export function undoingsIn(
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

/** Of a renamed user, only what was done before counts: in doubt, what a name stands for is open. */
function isBefore(at: Instant, renamedAt: Instant | null): boolean {
  return renamedAt === null || Date.parse(at) < Date.parse(renamedAt);
}

/** Whether a thing began at an instant, or was there before and was opened again. */
export type Opening = 'made' | 'again';

/** When a thing was last undone after an instant; what was opened `again` within the second of its undoing is open. */
export type UndoneSince = (things: readonly ThingKey[], since: Instant, opening?: Opening) => Undoing | null;

/** The last undoing of some things after an instant, of those that are meant. */
export function latestSince(
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

/** Names that AWS gives once can only be undone after they were made; others may be made again within the second. */
const givenOnce = /^(?:access-key|credential)\//;

/** Whether what was written anew says the same thing again, or an opening to some of the same. */
function isLeft(things: readonly ThingKey[], { butFor = [] }: KnownUndoing): boolean {
  return things.some((key) => butFor.some((left) => left === key || isOpenedBy(key, left)));
}

/** `UpdateAccessKey` and its like open again what was there. */
export function openingOf({ action }: Pick<SeenEvent, 'action'>): Opening {
  return /^(?:Create|Upload)/u.test(action) ? 'made' : 'again';
}

/** Of one second's records nobody knows which came last, and the one that opens counts. */
export function justBefore(at: Instant): Instant {
  return instantOfMs(Date.parse(at) - 1);
}
