import type { Actor } from '../../model/actor.ts';
import { actorAccount, actorKey } from '../actor.ts';
import { isLongTermKey, type TracedAttribution } from '../attribution.ts';
import type { Pivot } from '../evidence-ports.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { ActivityKind } from './activity.ts';

/** What a case follows, by what it is called in a sentence; most of each. */
const mostFollowed = { credentials: 200, users: 50, sessions: 100, addresses: 50 } as const;
export type Followed = keyof typeof mostFollowed;

/** More of a kind than are followed: how many, and which would be the next. */
export interface NotFollowed {
  readonly what: Followed;
  readonly count: number;
  readonly first: string;
}

export type User = Extract<Actor, { kind: 'user' }>;

/** An activity to be gathered. */
export interface ActivityPivot {
  readonly kind: ActivityKind;
  readonly pivot: Pivot;
}

export interface CasePivots {
  readonly activities: readonly ActivityPivot[];
  readonly users: readonly User[];
  readonly notFollowed: readonly NotFollowed[];
}

/**
 * What to follow of a case: the keys of the alerts' events and the long-term keys that proved to be behind them, the users, the
 * sessions and the addresses. Those of calls that left something behind or were refused come first.
 */
export function casePivots(
  actor: Actor,
  alerted: readonly SeenEvent[],
  attributions: readonly TracedAttribution[],
): CasePivots {
  const accountId = actorAccount(actor) ?? alerted[0]?.ref.accountId;
  if (accountId === undefined) return { activities: [], users: [], notFollowed: [] };
  const events = alerted.toSorted((a, b) => weight(b) - weight(a));
  const behind = attributions.flatMap(({ origins }) => origins.flatMap(({ mintedWith }) => mintedWith ?? []));
  const keys = some('credentials', [...events.map((each) => each.accessKeyId), ...behind.filter(isLongTermKey)]);
  const users = usersBehind(actor, attributions);
  const sessions = some('sessions', events.map(sessionArn));
  const addresses = some('addresses', events.map(personalAddress));
  return {
    activities: [
      ...keys.followed.map((accessKeyId) =>
        ofKind('access-key-activity', { kind: 'access-key', accountId, accessKeyId }),
      ),
      ...users.followed.map((user) =>
        ofKind('user-activity', { kind: 'user', accountId: user.accountId, userName: user.name }),
      ),
      ...sessions.followed.map((arn) => ofKind('session-activity', { kind: 'session', accountId, sessionArn: arn })),
      ...addresses.followed.map((address) =>
        ofKind('source-address-activity', { kind: 'source-address', accountId, address }),
      ),
    ],
    users: users.followed,
    notFollowed: [keys, users, sessions, addresses].flatMap(({ notFollowed }) => notFollowed),
  };
}

function ofKind(kind: ActivityKind, pivot: Pivot): ActivityPivot {
  return { kind, pivot };
}

function weight(event: SeenEvent): number {
  if (event.unconfirmed !== undefined) return -1;
  return event.effects.length > 0 || event.outcome === 'failure' ? 1 : 0;
}

/** One event for each credential among the alerts' events: following it once is enough. */
export function credentialEvents(events: readonly SeenEvent[]): readonly SeenEvent[] {
  const confirmed = events.filter(({ unconfirmed }) => unconfirmed === undefined);
  const byCredential = new Map(confirmed.map((event) => [event.accessKeyId ?? actorKey(event.actor), event]));
  return [...byCredential.values()].slice(0, mostFollowed.credentials);
}

/** The IAM users that the case is about: its actor, and whoever proved to be behind its sessions. */
function usersBehind(actor: Actor, attributions: readonly TracedAttribution[]) {
  const actors = [actor, ...attributions.map((each) => each.actor)];
  const users = actors.filter((each): each is User => each.kind === 'user');
  const distinct = new Map(users.map((user) => [actorKey(user), user]));
  return bounded('users', [...distinct.values()], ({ name }) => name);
}

function sessionArn(event: SeenEvent): string | undefined {
  return event.identityArn?.includes(':assumed-role/') === true ? event.identityArn : undefined;
}

/** Calls that an AWS service makes for somebody carry the service's name in place of an address. */
function personalAddress({ sourceAddress }: SeenEvent): string | undefined {
  const isService = sourceAddress?.endsWith('.amazonaws.com') === true || sourceAddress === 'AWS Internal';
  return isService ? undefined : sourceAddress;
}

function some(what: Followed, texts: readonly (string | undefined)[]) {
  const given = texts.filter((text) => text !== undefined && text !== '') as string[]; // undefined is filtered out
  return bounded(what, [...new Set(given)], (text) => text);
}

function bounded<T>(what: Followed, all: readonly T[], nameOf: (each: T) => string) {
  const [followed, rest] = [all.slice(0, mostFollowed[what]), all.slice(mostFollowed[what])];
  const [first] = rest;
  const notFollowed: readonly NotFollowed[] =
    first === undefined ? [] : [{ what, count: rest.length, first: nameOf(first) }];
  return { followed, notFollowed };
}
