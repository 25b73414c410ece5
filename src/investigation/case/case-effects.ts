import { listUnder } from '../../model/list-under.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { Effect, EffectKind, EffectOf, ThingKey } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { thingsOf } from '../effects/things-of.ts';
import type { SeenEvent } from '../seen-event.ts';
import { placeOf } from './place-of.ts';
import { renamedUsersIn } from '../users/renamed-users.ts';
import { userNamesIn, type UserNames } from '../users/user-names.ts';
import type { CaseCalls } from './case-calls.ts';
import type { Closure, Reopening } from './case-material.ts';
import { caseDenials, type Denials } from './denials.ts';
import { reopenedAtBy, type ReopenedAt } from './reopenings.ts';
import { replacedBy, replacementsIn, stoodOfOthers, type ReplacedBy, type Replacement } from './replacements.ts';
import { isSame, standingOf, trustedAgain, type Standing } from './standing.ts';
import { latestSince, openingOf, undoingsIn, type Opening, type Undoing, type UndoneSince } from './undoings.ts';

/** An effect of a case's call, and what has become of it. */
export interface CaseEffect<E extends Effect = Effect> extends Standing {
  readonly effect: E;
  readonly at: Instant;
  /** The account that it is in. */
  readonly accountId: AccountId;
  readonly region: string;
  readonly identity: IdentityId;
  readonly event: SeenEvent;
}

export interface CaseEffects {
  readonly effects: readonly CaseEffect[];
  /** Calls that gave back what others than the case had taken, with the call that had: what they gave is not among the effects. */
  readonly givenBack: ReadonlyMap<SeenEvent, SeenEvent>;
  readonly denials: Denials;
  readonly names: UserNames;
  /** When a thing was last undone after an instant; what was opened `again` within the second of its undoing is open. */
  readonly undoneSince: UndoneSince;
  /** The same of what was only begun to be undone. */
  readonly endingSince: (things: readonly ThingKey[], since: Instant) => Undoing | null;
  /** When an undoing of ours last opened a thing again; null where none did. */
  readonly reopenedAt: ReopenedAt;
  /** What the case itself did to a thing, oldest first. */
  readonly doneTo: (thingKey: ThingKey) => readonly CaseEffect[];
  /** What others than the case last did after an instant to the same thing, where that replaces what was there. */
  readonly replacedBy: ReplacedBy;
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

/** All effects of a case's calls, minus their undoing by anybody. */
export function caseEffects(
  { calls, all, identityOf }: CaseCalls,
  closures: readonly Closure[],
  reopenings: readonly Reopening[] = [],
): CaseEffects {
  const reopenedAt = reopenedAtBy(reopenings);
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
            openedSince: (since) =>
              effect.kind === 'role-created' || effect.kind === 'trust-changed'
                ? trustedAgain(effect, placeOf(event).accountId, since, replaced)
                : replaced(effect.kind, things, since, (later) => isSame(effect, later)),
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
    denials: caseDenials(all, closures, undoings, reopenedAt, renamedAt),
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
      return stoodOfOthers(kind, key, beforeMs, replacements, undoings);
    },
  };
}

/** Where everybody with whom something was shared was taken off its list, one by one: by the last one's going. */
function withdrawnFromAll(effect: EffectOf<'shared'>, event: SeenEvent, undoneSince: UndoneSince): Undoing | null {
  const place = placeOf(event);
  const gone = effect.with.map(({ principal }) => undoneSince([thing.share(place, effect, principal)], event.at));
  const known = gone.filter((each) => each !== null);
  if (known.length < gone.length) return null;
  return known.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1) ?? null;
}

/** The effects of some kinds. */
export function effectsOfKind<K extends EffectKind>(
  effects: readonly CaseEffect[],
  ...kinds: readonly K[]
): readonly CaseEffect<EffectOf<K>>[] {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return effects.filter((each): each is CaseEffect<EffectOf<K>> => wanted.has(each.effect.kind));
}
