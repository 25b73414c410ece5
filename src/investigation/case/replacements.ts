import { listUnder } from '../../model/list-under.ts';
import type { Actor } from '../../model/actor.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Instant } from '../../model/ids.ts';
import { earliestFirst } from '../../model/instant.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { EffectKind, EffectOf, ThingKey } from '../effects/effect.ts';
import { thingsOf } from '../effects/things-of.ts';
import { placeOf } from './place-of.ts';
import type { CaseCalls } from './case-calls.ts';
import { firstWhere } from './first-where.ts';
import { isAfter } from './reopenings.ts';
import type { KnownUndoing, Undoing } from './undoings.ts';

/** What others than the case did to a thing, which replaces what was there. */
export interface Replacement<K extends EffectKind> extends Undoing {
  readonly by: Actor;
  readonly callers: readonly IdentityId[];
  readonly proof: EventRef;
  readonly effect: EffectOf<K>;
  /** Whose undoing undoes it. */
  readonly things: readonly ThingKey[];
}

/** What others did, by what they did it to: asked for each effect of a case, which may have thousands. */
export function replacementsIn({
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

/** What others than the case last did after an instant to the same thing, where that replaces what was there. */
export type ReplacedBy = <K extends EffectKind>(
  kind: K,
  things: readonly ThingKey[],
  since: Instant,
  isMeant?: (effect: EffectOf<K>, callers: readonly IdentityId[]) => boolean,
) => Replacement<K> | null;

export function replacedBy(byThing: ReadonlyMap<ThingKey, readonly Replacement<EffectKind>[]>): ReplacedBy {
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

/** So many of what others did to a thing before are looked at. */
const stoodLimit = 50;

/** What others did to a thing before an instant that still stood then, oldest first. */
export function stoodOfOthers<K extends EffectKind>(
  kind: K,
  key: ThingKey,
  beforeMs: number,
  replacements: ReadonlyMap<ThingKey, readonly Replacement<EffectKind>[]>,
  undoings: ReadonlyMap<ThingKey, readonly KnownUndoing[]>,
): readonly Replacement<K>[] {
  const others = ofKind(kind, replacements, key);
  const end = firstWhere(others, ({ at }) => Date.parse(at) >= beforeMs);
  const last = others.slice(Math.max(0, end - stoodLimit), end);
  return last
    .filter((each) => !isTakenAway(each, undoings, beforeMs))
    .map((each) => ({ ...each, effect: each.effect as EffectOf<K> })); // its kind was looked at
}

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
