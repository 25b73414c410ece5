import type { Actor } from '../../model/actor.ts';
import type { Instant } from '../../model/ids.ts';
import { actorAccount, actorKey } from '../actor.ts';
import { isLongTermKey } from '../attribution.ts';
import type { EventArchive, IdentityReader, TrailLookup } from '../evidence-ports.ts';
import type { SeenEvent } from '../seen-event.ts';
import { activity } from './activity.ts';
import { alertEvents, type ClaimedAlert } from './alert-events.ts';
import { evidenceOf, type EvidenceOf, type GatheredEvidence } from './evidence-content.ts';
import { userState } from './user-state.ts';
import { whoIsBehind } from './who-is-behind.ts';

/** What gathering needs from the world. */
export interface GatheringPorts {
  readonly archive: EventArchive;
  readonly lookup?: TrailLookup;
  readonly identities: IdentityReader;
}

export interface GatheringRequest {
  readonly actor: Actor;
  readonly alerts: readonly ClaimedAlert[];
  readonly now: Instant;
  /** How far before the first alert to look. */
  readonly lookBackMs: number;
}

/** Most credentials, sessions and addresses of a case that are followed, each kind by itself. */
const pivotLimit = 5;

/**
 * Gathers a case's evidence: the alerts' events, who is behind them, what the same keys, user, sessions and addresses did,
 * and what IAM says of the user. What cannot be had is evidence too, with the reason.
 */
export async function gatherEvidence(
  request: GatheringRequest,
  ports: GatheringPorts,
): Promise<readonly GatheredEvidence[]> {
  const sources = { archive: ports.archive, lookup: ports.lookup };
  const alerted = await alertEvents(request.alerts, ports.archive, request.now);
  const { events } = alerted.content;
  const attributions = await eachInTurn(credentialEvents(events), (event) => whoIsBehind(event, sources, request.now));
  const activities = await gatherActivities(request, alerted, attributions, ports);
  const users = usersBehind(request.actor, attributions);
  const states = await eachInTurn(users, (user) => userState(user.accountId, user.name, ports.identities, request.now));
  return [alerted, ...attributions, ...activities, ...states];
}

async function gatherActivities(
  { actor, now, lookBackMs }: GatheringRequest,
  alerted: EvidenceOf<'alert-events'>,
  attributions: readonly EvidenceOf<'attribution'>[],
  ports: GatheringPorts,
): Promise<readonly GatheredEvidence[]> {
  const { events } = alerted.content;
  const firstMs = Math.min(Date.parse(now), ...events.map((event) => Date.parse(event.at)));
  const span = { from: new Date(firstMs - lookBackMs).toISOString() as Instant, to: now };
  const sources = { archive: ports.archive, lookup: ports.lookup };
  const accountId = actorAccount(actor) ?? events[0]?.ref.accountId;
  if (accountId === undefined) return [];

  const keys = followedKeys(events, attributions);
  const users = usersBehind(actor, attributions);
  const sessions = distinctTexts(events.map((event) => sessionArn(event)));
  const addresses = distinctTexts(events.map((event) => personalAddress(event)));
  return [
    ...(await eachInTurn(keys, (accessKeyId) =>
      activity('access-key-activity', { kind: 'access-key', accountId, accessKeyId }, span, sources, now),
    )),
    ...(await eachInTurn(users, (user) =>
      activity('user-activity', { kind: 'user', accountId: user.accountId, userName: user.name }, span, sources, now),
    )),
    ...(await eachInTurn(sessions, (arn) =>
      activity('session-activity', { kind: 'session', accountId, sessionArn: arn }, span, sources, now),
    )),
    ...(await eachInTurn(addresses, (address) =>
      activity('source-address-activity', { kind: 'source-address', accountId, address }, span, sources, now),
    )),
  ];
}

/** One event for each credential among the alerts' events: following it once is enough. */
function credentialEvents(events: readonly SeenEvent[]): readonly SeenEvent[] {
  const byCredential = new Map(events.map((event) => [event.accessKeyId ?? actorKey(event.actor), event]));
  return [...byCredential.values()].slice(0, pivotLimit);
}

/** The keys of the alerts' events, and the long-term keys that proved to be behind them. */
function followedKeys(
  events: readonly SeenEvent[],
  attributions: readonly EvidenceOf<'attribution'>[],
): readonly string[] {
  const origins = evidenceOf(attributions, 'attribution').flatMap(({ content }) => content.origins);
  const behind = origins.map(({ mintedWith }) => mintedWith ?? undefined).filter((key) => key !== undefined);
  return distinctTexts([...events.map((event) => event.accessKeyId), ...behind.filter(isLongTermKey)]);
}

type User = Extract<Actor, { kind: 'user' }>;

/** The IAM users that the case is about: its actor, and whoever proved to be behind its sessions. */
export function usersBehind(actor: Actor, attributions: readonly EvidenceOf<'attribution'>[]): readonly User[] {
  const actors = [actor, ...attributions.map(({ content }) => content.actor)];
  const users = actors.filter((each): each is User => each.kind === 'user');
  return [...new Map(users.map((user) => [actorKey(user), user])).values()].slice(0, pivotLimit);
}

function sessionArn(event: SeenEvent): string | undefined {
  return event.identityArn?.includes(':assumed-role/') === true ? event.identityArn : undefined;
}

/** Calls that an AWS service makes for somebody carry the service's name in place of an address. */
function personalAddress(event: SeenEvent): string | undefined {
  const address = event.sourceAddress;
  return address === undefined || address.endsWith('.amazonaws.com') || address === 'AWS Internal'
    ? undefined
    : address;
}

function distinctTexts(texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== undefined && text !== ''))].slice(0, pivotLimit) as string[]; // undefined is filtered out
}

/** One after the other: evidence must not crowd out polling's share of AWS's request limits. */
async function eachInTurn<T, R>(items: readonly T[], gather: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await gather(item));
  return results;
}
