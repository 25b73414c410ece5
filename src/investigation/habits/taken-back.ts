import { listUnder } from '../../model/list-under.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import type { CaseEffects } from '../case/case-effects.ts';
import { firstWhere } from '../case/first-where.ts';
import { placeOf } from '../case/place-of.ts';
import type { Effect, EffectKind, EffectOf, ThingKey } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { isOutside } from '../effects/policy-content.ts';
import { thingsIn } from '../plan/things-at-stake.ts';
import type { SeenEvent } from '../seen-event.ts';
import { leadsOn } from '../ways-in/grants.ts';
import { noticedWithinMs, type PutBack } from '../ways-in/put-back.ts';

/** What a call takes back of what others did, and what of its own effects is but the other side of that. */
export interface TakenBack {
  readonly as: PutBack;
  readonly isOtherSide: (effect: Effect) => boolean;
}

/**
 * Tells of a call that takes away, or switches, what others had made, opened or weakened. Nobody gains by that; but where owners work with
 * what is taken away it does them harm, and only the place tells that from a repair. What held somebody back is nobody's to take off.
 */
export function takenBack(
  calls: Pick<CaseCalls, 'calls' | 'all'>,
  known: CaseEffects,
): (event: SeenEvent) => TakenBack | null {
  /** Of most cases nobody asks. */
  let byThing: ReadonlyMap<ThingKey, readonly Doing[]> | undefined;
  function doneTo(key: ThingKey, event: SeenEvent): readonly Doing[] {
    byThing ??= doingsOfOthers(calls);
    const doings = byThing.get(key) ?? [];
    const end = firstWhere(doings, (done) => Date.parse(done.event.at) >= Date.parse(event.at));
    return doings.slice(Math.max(0, end - doingsLimit), end).filter((done) => isByAnother(done.event, event));
  }
  const asked = new Map<SeenEvent, TakenBack | null>();
  return (event) => {
    const found = asked.has(event) ? (asked.get(event) ?? null) : takenBackBy(event);
    asked.set(event, found);
    return found;
  };
  function takenBackBy(event: SeenEvent): TakenBack | null {
    const things = event.effects.flatMap((effect) =>
      effect.kind === 'undone' && effect.how !== 'denied' ? effect.things : [],
    );
    if (things.some((key) => isOfCase(key, event, known))) return null;
    const undone = things.flatMap((key) => {
      const done = doneTo(key, event).filter(({ effect }) => effect.kind !== 'undone');
      return done.findLast(({ effect }) => isRead(effect)) ?? done.at(-1) ?? [];
    });
    function isOtherSide(effect: Effect): boolean {
      if (effect.kind === 'watching-weakened')
        return isSetUpBefore(effect, doneTo(watchOf(effect, event), event), event);
      return undone.some((done) => isSameAct(done.effect, effect));
    }
    const as = [
      ...undone.map((done) => takenBackAs(done, event)),
      ...(event.effects.some(isOtherSide) ? (['at home'] as const) : []),
    ];
    const worst = as.includes(null)
      ? null
      : (['at home', 'perhaps', 'proved'] as const).find((each) => as.includes(each));
    return worst === undefined || worst === null ? null : { as: worst, isOtherSide };
  }
}

/** So many of what others did to a thing before are looked at. */
const doingsLimit = 50;

/** An effect of a call of somebody else. */
interface Doing {
  readonly event: SeenEvent;
  readonly effect: Effect;
}

function doingsOfOthers({ calls, all }: Pick<CaseCalls, 'calls' | 'all'>): ReadonlyMap<ThingKey, readonly Doing[]> {
  const own = new Set(calls);
  const byThing = new Map<ThingKey, Doing[]>();
  for (const event of all) {
    if (own.has(event)) continue;
    for (const effect of event.effects) {
      for (const key of thingsIn([effect], placeOf(event))) {
        if (!isWholeOf(effect, key)) listUnder(byThing, key, { event, effect });
      }
    }
  }
  return byThing;
}

/** Whether a thing is what another stands or falls with: whoever takes that away takes more than was done. */
function isWholeOf({ kind }: Effect, key: ThingKey): boolean {
  const [what = ''] = key.split('/');
  const maker = makers[what];
  return maker !== undefined && kind !== maker;
}

const makers: Readonly<Record<string, EffectKind | null>> = {
  user: 'user-created',
  role: 'role-created',
  'permission-set': null,
  'policy-document': null,
  shares: null,
};

function isByAnother(done: SeenEvent, event: SeenEvent): boolean {
  return !done.callers.some((id) => event.callers.includes(id));
}

function isOfCase(key: ThingKey, event: SeenEvent, known: CaseEffects): boolean {
  return known.doneTo(key).some((each) => each.event !== event && Date.parse(each.at) <= Date.parse(event.at));
}

function isLately(done: SeenEvent, event: SeenEvent): boolean {
  return Date.parse(event.at) - Date.parse(done.at) <= noticedWithinMs;
}

/** What opens to outsiders, or blinds, is never what anybody works with: to end it does no harm. */
const closing: ReadonlySet<EffectKind> = new Set([
  'network-opened',
  'provider-made',
  'watching-weakened',
  'setting-weakened',
  'metadata-weakened',
  'organization-changed',
]);

function takenBackAs({ effect, event: done }: Doing, event: SeenEvent): PutBack | null {
  const atHome = isLately(done, event) ? 'at home' : null;
  switch (effect.kind) {
    case 'boundary-changed':
    case 'user-renamed':
    case 'group-renamed':
      return null;
    case 'policy-granted':
      return effect.grants.denies || isDenying(done) ? null : atHome;
    case 'policy-version-set':
    case 'policy-version-made':
      return leadsOn(effect.grants) && !effect.grants.unread ? 'proved' : atHome;
    case 'shared':
      // A policy that lets nobody else in may be there to keep somebody out.
      return effect.with.some((who) => isOutside(who) && who.accountId !== done.ref.accountId) ? 'perhaps' : null;
    case 'data-destroyed':
      // A key that is switched off may be switched off for the intruder.
      return effect.what === 'key' ? atHome : 'perhaps';
    default:
      return closing.has(effect.kind) ? 'perhaps' : atHome;
  }
}

/** Whoever chooses a version, or attaches a policy, does not say what it gives; whoever wrote it did. */
function isRead(effect: Effect): boolean {
  return !('grants' in effect) || !effect.grants.unread;
}

function isDenying({ effects }: SeenEvent): boolean {
  return effects.some((effect) => effect.kind === 'undone' && effect.how === 'denied');
}

/** What is taken back as it was done: an account that is moved back leaves the place to which it was moved. */
function isSameAct(done: Effect, effect: Effect): boolean {
  switch (effect.kind) {
    case 'organization-changed':
      return done.kind === effect.kind;
    case 'mfa-removed':
      return done.kind === 'credential-made' && done.what === 'MFA device' && done.userName === effect.userName;
    case 'data-destroyed':
      return (
        (done.kind === 'instance-entered' && done.how === 'launched' && done.instanceId === effect.resource) ||
        (done.kind === 'code-planted' && done.resource === effect.resource && effect.what === 'function')
      );
    default:
      return false;
  }
}

/** Rules of events and filters of logs watch, and as often carry out or away: one that somebody set up lately is none that always watched. */
function isSetUpBefore(
  { what, part }: EffectOf<'watching-weakened'>,
  before: readonly Doing[],
  event: SeenEvent,
): boolean {
  if (what !== 'event-rule' && !(what === 'log-group' && part?.startsWith('filter ') === true)) return false;
  const [first] = before;
  return first !== undefined && first.event.action.startsWith('Put') && isLately(first.event, event);
}

function watchOf({ what, name, part }: EffectOf<'watching-weakened'>, event: SeenEvent): ThingKey {
  return thing.watch(placeOf(event), what, name, part);
}
