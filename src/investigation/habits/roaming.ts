import type { Link } from '../../model/link.ts';
import { dayMs } from '../../model/duration.ts';
import { isIpAddress } from '../../cloudtrail/ip-address.ts';
import { roleNamed } from '../../cloudtrail/identities.ts';
import { isKeptByAws } from '../../response/guards.ts';
import type { Effect, LetIn } from '../effects/effect.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, destroysMoreThanEver } from './habit-days.ts';
import { settledDays } from './settled-place.ts';

/** Where the address tells nothing, a call is a habit after more days than elsewhere. */
const roamingDays = 5;
/** Of the days of a role that roams, so many had none of the addresses of the days before. */
const newOnMostDays = 0.8;

/** Calls to judge, and what is known besides. */
interface RoamingGround {
  /** By anybody, oldest first. */
  readonly all: readonly SeenEvent[];
  readonly links: readonly Link[];
  /** The day of the first call that is alerted on, `2026-11-24`: what came then or later shows no habit. */
  readonly firstDay: string;
  readonly principalOf: (event: SeenEvent) => string;
}

/**
 * Tells whether a call is a habit of a role that comes from new addresses nearly every day, as a pipeline on hired runners does. The address
 * tells nothing there, so more has to be alike: the role, whoever began the session (the subject of its token), all names of the client, the
 * act, and to what it comes. It was done on five days at least, from the role's beginning or for two weeks, and with credentials that
 * were used from one address only: what was stolen from a runner is used from two.
 */
export function roamingHabits(ground: RoamingGround): (event: SeenEvent) => boolean {
  const { all, firstDay } = ground;
  const before = all.filter((event) => event.outcome === 'success' && dayOf(event) < firstDay);
  const acts = roamingActs(ground, before);
  if (acts === null) return () => false;
  return (event) => {
    const known = acts.daysOf(event);
    const first = Date.parse(known[0] ?? '');
    const isSettled = first <= Date.parse(firstDay) - settledDays * dayMs || acts.isFromTheFirst(event);
    return known.length >= roamingDays && isSettled;
  };
}

/** What roles that come from new addresses nearly every day do, as far as it is told from what others do. */
export interface RoamingActs {
  /** On which days the same was done, in order; none for what is no roaming role's, or was done with credentials used from two addresses. */
  readonly daysOf: (event: SeenEvent) => readonly string[];
  /** Whether it was done from the first day on, or the next, that anything is known of the role. */
  readonly isFromTheFirst: (event: SeenEvent) => boolean;
}

/**
 * Counts the days of each act of roaming roles.
 *
 * @param known the calls that show what is usual
 * @returns null where no role roams.
 */
export function roamingActs(ground: Omit<RoamingGround, 'firstDay'>, known: readonly SeenEvent[]): RoamingActs | null {
  const { all, principalOf } = ground;
  const roams = roamersAmong(known, principalOf);
  if (roams.size === 0) return null;
  /** Null for a call that is no roaming role's, nor begins a session of one. */
  function roamerOf(event: SeenEvent): string | null {
    const role = begunBy(event)?.role ?? principalOf(event);
    return roams.has(role) ? role : null;
  }
  const began = firstDays(known, roamerOf);
  const actOf = actsOf(ground);
  const addresses = addressesOfKeys(all);
  /** How often each act was done on each day. */
  const days = new Map<string, Map<string, number>>();
  for (const event of known) {
    const act = roamerOf(event) === null ? null : actOf(event);
    if (act === null) continue;
    const ofAct = days.get(act) ?? new Map<string, number>();
    days.set(act, ofAct.set(dayOf(event), (ofAct.get(dayOf(event)) ?? 0) + 1));
  }
  function daysOf(event: SeenEvent): readonly string[] {
    const isOfOnePlace = addresses.get(keyOf(event) ?? '')?.size === 1;
    const act = event.outcome === 'success' && isOfOnePlace && roamerOf(event) !== null ? actOf(event) : null;
    const ofAct = act === null ? undefined : days.get(act);
    if (ofAct === undefined || destroysMoreThanEver(event, ofAct)) return [];
    return [...ofAct.keys()].toSorted();
  }
  return {
    daysOf,
    isFromTheFirst: (event) =>
      Date.parse(daysOf(event)[0] ?? '') - Date.parse(began.get(roamerOf(event) ?? '') ?? '') <= dayMs,
  };
}

/** The session of a role that a call began, by its key. */
function begunBy({ effects, ref }: SeenEvent): { readonly role: string; readonly key: string } | null {
  const minted = effects.find((effect) => effect.kind === 'session-minted');
  if (minted?.kind !== 'session-minted' || minted.roleArn === null) return null;
  return { role: roleNamed(minted.roleArn, ref.accountId).id, key: minted.accessKeyId };
}

/** The key of the session that a call was made in, or began. */
function keyOf(event: SeenEvent): string | undefined {
  return begunBy(event)?.key ?? event.accessKeyId;
}

/**
 * Whether a role's calls come from new addresses nearly every day on which it changes something; where it only ever reads, as a vendor's
 * does, nearly every day.
 */
export function roamersAmong(
  before: readonly SeenEvent[],
  principalOf: RoamingGround['principalOf'],
): ReadonlySet<string> {
  const done = before.filter(
    (event) => isByRole(event) && event.outcome === 'success' && isIpAddress(event.sourceAddress ?? ''),
  );
  const roams = [...Map.groupBy(done, principalOf)].filter(([, events]) => {
    const acted = events.filter(({ readOnly }) => !readOnly);
    return comesFromNewPlaces(acted.length === 0 ? events : acted);
  });
  return new Set(roams.map(([principal]) => principal));
}

/** Whether somebody's calls came from none of the addresses of the days before on most days, of five at least. */
export function comesFromNewPlaces(calls: readonly SeenEvent[]): boolean {
  const seen = new Set<string | undefined>();
  const byDay = [...Map.groupBy(calls, dayOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const isNew = byDay.map(([, ofDay]) => {
    const addresses = ofDay.map(({ sourceAddress }) => sourceAddress);
    const areNew = addresses.every((address) => !seen.has(address));
    for (const address of addresses) seen.add(address);
    return areNew;
  });
  return isNew.length >= roamingDays && isNew.filter(Boolean).length >= isNew.length * newOnMostDays;
}

function isByRole({ actor }: SeenEvent): boolean {
  return actor.kind === 'role-session' && !isKeptByAws(actor.roleName);
}

function firstDays(
  before: readonly SeenEvent[],
  roamerOf: (event: SeenEvent) => string | null,
): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const event of before) {
    const [role, day] = [roamerOf(event), dayOf(event)];
    if (role !== null && day < (first.get(role) ?? '~')) first.set(role, day);
  }
  return first;
}

function addressesOfKeys(all: readonly SeenEvent[]): ReadonlyMap<string, ReadonlySet<string | undefined>> {
  const addresses = new Map<string, Set<string | undefined>>();
  for (const event of all) {
    if (!isIpAddress(event.sourceAddress ?? '')) continue;
    for (const key of [event.accessKeyId, begunBy(event)?.key]) {
      if (key === undefined) continue;
      addresses.set(key, (addresses.get(key) ?? new Set<string | undefined>()).add(event.sourceAddress));
    }
  }
  return addresses;
}

/** What was done, by whom and with what: the same text is the same act. Null for what is not told from others of its kind. */
function actsOf({ all, links, principalOf }: Omit<RoamingGround, 'firstDay'>): (event: SeenEvent) => string | null {
  const makers = makersOf(all, links);
  const own = new Set(
    all.flatMap((event) =>
      event.effects.flatMap((effect) => {
        const made = nameMade(effect);
        return made === null ? [] : [`${principalOf(event)} ${event.ref.accountId} ${made}`];
      }),
    ),
  );
  return (event) => {
    const key = keyOf(event);
    if (key === undefined) return null;
    const { provider, action, effects, region = '' } = event;
    function ofOwn(name: string): string {
      return own.has(`${principalOf(event)} ${event.ref.accountId} ${name}`) ? 'its own' : name;
    }
    const ends = effects.map((effect) => endOf(effect, event, ofOwn));
    const maker = makers.get(key) ?? '';
    return JSON.stringify([principalOf(event), maker, productsIn(event.userAgent), provider, action, region, ends]);
  };
}

/** Who began each session, by its key. */
function makersOf(all: readonly SeenEvent[], links: readonly Link[]): ReadonlyMap<string, string> {
  const makers = new Map<string, string>();
  for (const { gave, from } of links) if (gave !== undefined) makers.set(gave.slice(gave.lastIndexOf('/') + 1), from);
  for (const { effects, callers } of all) {
    for (const effect of effects)
      if (effect.kind === 'session-minted') makers.set(effect.accessKeyId, callers[0] ?? '');
  }
  return makers;
}

/** `apn hashicorp terraform`: the names of a client without their versions. */
function productsIn(userAgent = ''): string {
  return userAgent
    .toLowerCase()
    .replaceAll(/[[\]()]/gu, ' ')
    .split(/\s+/u)
    .map((each) => each.split('/')[0])
    .filter((each) => each !== '')
    .join(' ');
}

function nameMade(effect: Effect): string | null {
  if (effect.kind === 'user-created') return `user ${effect.userName}`;
  return effect.kind === 'role-created' ? `role ${effect.roleName}` : null;
}

/** To what an act comes, without the names of what is new each time: credentials of others than its own users are others each. */
export function endOf(effect: Effect, { action, targets }: SeenEvent, ofOwn: (name: string) => string): unknown {
  switch (effect.kind) {
    case 'user-created':
      return [effect.kind];
    case 'role-created':
      return [effect.kind, named(effect.letsIn)];
    case 'key-created':
      return [effect.kind, effect.reactivated, ofOwn(`user ${effect.userName}`)];
    case 'password-set':
    case 'credential-made':
      return [effect.kind, ofOwn(`user ${effect.userName}`)];
    case 'policy-granted':
      return [
        effect.kind,
        ofOwn(`${effect.holder.kind} ${effect.holder.name}`),
        effect.inline || effect.policy,
        effect.grants,
      ];
    case 'policy-version-set':
      return [effect.kind, effect.policyArn, effect.grants];
    case 'code-planted':
    case 'code-run':
      return [effect.kind, effect.what, /^(?:Create|Register)/u.test(action) ? '' : effect.resource];
    case 'role-passed':
      return [effect.kind, effect.to, ofOwn(`role ${effect.roleArn.slice(effect.roleArn.lastIndexOf('/') + 1)}`)];
    case 'network-opened':
      return [effect.kind, effect.opened, effect.type];
    case 'shared':
      return [effect.kind, effect.type, effect.by, named(effect.with)];
    case 'session-minted':
      return [effect.kind, effect.roleArn];
    case 'data-destroyed':
      // A backup tool deletes what is old, day by day: each is another one.
      return [effect.kind, effect.what, effect.how, backups.has(effect.what) ? '' : effect.resource];
    case 'compute-started':
      return effect;
    case 'undone':
      return [effect.kind, effect.how];
    default:
      return [effect, targets];
  }
}

/** What is made every day, so that what is old goes every day. */
const backups: ReadonlySet<string> = new Set(['snapshot', 'database snapshot', 'backup']);

function named(letsIn: readonly LetIn[]): readonly string[] {
  return letsIn.map(({ principal }) => principal).toSorted();
}
