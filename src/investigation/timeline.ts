import type { IdentityId } from '../model/identity.ts';
import type { AccountId, AlertId, Instant } from '../model/ids.ts';
import type { CaseEffects } from './case/case-effects.ts';
import type { CaseCalls } from './case/case-calls.ts';
import type { AlertSight, CaseMaterial } from './case/case-material.ts';
import { eventRefKey } from '../model/trail-event.ts';
import { earliestFirst } from '../model/instant.ts';
import { minuteMs } from '../model/duration.ts';
import { listUnder } from '../model/list-under.ts';
import { isUnconfirmed, type SeenEvent } from './seen-event.ts';
import { stageOf, type Stage } from './stage.ts';

/** One thing that an identity of the case did, once or several times alike. Texts are as the log has them. */
export interface TimelineEntry {
  readonly at: Instant;
  readonly until: Instant;
  readonly stage: Stage;
  readonly identity: IdentityId;
  readonly accountId: AccountId;
  readonly region: string | null;
  /** The address, or the service that called on behalf of the identity. */
  readonly source: string | null;
  /** Network and country, where the address was enriched. */
  readonly place: string | null;
  readonly client: string | null;
  readonly provider: string;
  readonly action: string;
  /** The first few names. */
  readonly targets: readonly string[];
  readonly outcome: 'success' | 'failure';
  readonly errorCode: string | null;
  readonly count: number;
  /** The first few; `count` says how many there are. */
  readonly eventIds: readonly string[];
  readonly alertIds: readonly AlertId[];
  /** Imported records alone tell of it: nothing is concluded from it. */
  readonly unconfirmed: boolean;
  /** It was seen after the plan had been presented. */
  readonly sincePlan: boolean;
  /** Who had taken what the call gives back, as an owner's repair does; absent for all other calls. */
  readonly takenBy?: IdentityId;
}

/** Alike calls further apart than this are told by themselves. */
const joinWithinMs = 5 * minuteMs;
/** So many names and IDs of a line are kept: the events have the rest. */
const namesLimit = 25;
const entryLimit = 2_000;

/** The calls of a case's identities, oldest first, with alike ones told together. */
export function timelineOf(
  { alerts, ...plan }: Pick<CaseMaterial, 'alerts' | 'planPresentedAt' | 'sincePlan'>,
  { calls, unconfirmed, identityOf }: CaseCalls,
  givenBack: CaseEffects['givenBack'],
): readonly TimelineEntry[] {
  function isSince(event: SeenEvent): boolean {
    return isSincePlan(event, plan);
  }
  const alertsOf = alertsByEvent(alerts);
  function takerOf(event: SeenEvent): IdentityId | null {
    const taking = givenBack.get(event);
    return taking === undefined ? null : identityOf(taking);
  }
  const groups: SeenEvent[][] = [];
  const open = new Map<string, SeenEvent[]>();
  const told = [...calls, ...unconfirmed].toSorted(earliestFirst);
  for (const event of told) {
    const key = likenessOf(event, identityOf(event), isSince(event), takerOf(event));
    const group = open.get(key);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && Date.parse(event.at) - Date.parse(last.at) <= joinWithinMs) {
      group.push(event);
      continue;
    }
    const fresh = [event];
    open.set(key, fresh);
    groups.push(fresh);
  }
  return groups.slice(0, entryLimit).flatMap((group) => entryOf(group, { identityOf, alertsOf, isSince, takerOf }));
}

function likenessOf(event: SeenEvent, identity: IdentityId, since: boolean, taker: IdentityId | null): string {
  const { ref, region, sourceAddress, userAgent, provider, action, outcome, errorCode } = event;
  return JSON.stringify([
    ref.accountId,
    region,
    identity,
    sourceAddress,
    userAgent,
    provider,
    action,
    outcome,
    errorCode,
    isUnconfirmed(event),
    since,
    taker,
  ]);
}

function entryOf(
  group: readonly SeenEvent[],
  {
    identityOf,
    alertsOf,
    isSince,
    takerOf,
  }: {
    readonly identityOf: CaseCalls['identityOf'];
    readonly alertsOf: ReadonlyMap<string, readonly AlertId[]>;
    readonly isSince: (event: SeenEvent) => boolean;
    readonly takerOf: (event: SeenEvent) => IdentityId | null;
  },
): readonly TimelineEntry[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const taker = takerOf(first);
  return [
    {
      at: first.at,
      until: last.at,
      // What was there before is nobody's gain.
      stage: taker === null ? stageOf(first) : 'other',
      identity: identityOf(first),
      accountId: first.ref.accountId,
      region: first.region ?? null,
      source: first.sourceAddress ?? null,
      place: first.sourcePlace ?? null,
      client: first.userAgent ?? null,
      provider: first.provider,
      action: first.action,
      targets: [...new Set(group.flatMap(({ targets }) => targets))].slice(0, namesLimit),
      outcome: first.outcome,
      errorCode: first.errorCode ?? null,
      count: group.length,
      eventIds: group.slice(0, namesLimit).map(({ ref }) => ref.eventId),
      alertIds: [...new Set(group.flatMap(({ ref }) => alertsOf.get(ref.eventId) ?? []))],
      unconfirmed: isUnconfirmed(first),
      sincePlan: isSince(first),
      ...(taker === null ? {} : { takenBy: taker }),
    },
  ];
}

/** Seen since the plan was made, whenever it happened; where only times are known, what happened since. */
function isSincePlan(
  { at, ref }: SeenEvent,
  { planPresentedAt, sincePlan }: Pick<CaseMaterial, 'planPresentedAt' | 'sincePlan'>,
): boolean {
  if (sincePlan !== undefined) return sincePlan.has(eventRefKey(ref));
  return planPresentedAt !== null && planPresentedAt !== undefined && Date.parse(at) >= Date.parse(planPresentedAt);
}

function alertsByEvent(alerts: readonly AlertSight[]): ReadonlyMap<string, readonly AlertId[]> {
  const byEvent = new Map<string, AlertId[]>();
  for (const { id, eventRefs } of alerts) {
    for (const { eventId } of eventRefs) listUnder(byEvent, eventId, id);
  }
  return byEvent;
}

/** What was done since the plan was presented, counted by stage: an approver must not decide on an old picture. */
export interface SincePlan {
  readonly calls: number;
  readonly byStage: readonly { readonly stage: Stage; readonly calls: number }[];
}

export function sincePlan(timeline: readonly TimelineEntry[]): SincePlan {
  const since = timeline.filter((entry) => entry.sincePlan);
  const counted = Map.groupBy(since, ({ stage }) => stage);
  return {
    calls: total(since),
    byStage: [...counted].map(([stage, entries]) => ({ stage, calls: total(entries) })),
  };
}

function total(entries: readonly TimelineEntry[]): number {
  return entries.reduce((sum, { count }) => sum + count, 0);
}
