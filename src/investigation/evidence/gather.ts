import type { Actor } from '../../model/actor.ts';
import type { Instant } from '../../model/ids.ts';
import type { EventArchive, EvidenceSpan, IdentityReader, TrailLookup } from '../evidence-ports.ts';
import type { SeenEvent } from '../seen-event.ts';
import { activity } from './activity.ts';
import { alertEvents, type ClaimedAlert } from './alert-events.ts';
import { sealEvidence, type GatheredEvidence } from './evidence-content.ts';
import { casePivots, credentialEvents, type NotFollowed } from './pivots.ts';
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

/**
 * Gathers a case's evidence: the alerts' events, who is behind them, what the same keys, user, sessions and addresses did,
 * and what IAM says of the user. What cannot be had is evidence too, with the reason.
 */
export async function gatherEvidence(
  request: GatheringRequest,
  ports: GatheringPorts,
): Promise<readonly GatheredEvidence[]> {
  const { actor, alerts, now } = request;
  const sources = { archive: ports.archive, lookup: ports.lookup };
  const alerted = await alertEvents(alerts, ports.archive, now);
  const { events } = alerted.content;
  const attributions = await eachInTurn(credentialEvents(events), (event) => whoIsBehind(event, sources, now));
  const pivots = casePivots(
    actor,
    events,
    attributions.map(({ content }) => content),
  );
  const span = spanOf(events, request);
  const activities = await eachInTurn(pivots.activities, ({ kind, pivot }) =>
    activity(kind, pivot, span, sources, now),
  );
  const states = await eachInTurn(pivots.users, (user) => userState(user.accountId, user.name, ports.identities, now));
  return [alerted, ...attributions, ...activities, ...states, ...notFollowed(pivots.notFollowed, now)];
}

function spanOf(events: readonly SeenEvent[], { now, lookBackMs }: GatheringRequest): EvidenceSpan {
  const firstMs = events.reduce((first, { at }) => Math.min(first, Date.parse(at)), Date.parse(now));
  return { from: new Date(firstMs - lookBackMs).toISOString() as Instant, to: now };
}

/** What a case has more of than is followed is evidence too: a person must know what nobody has looked at. */
function notFollowed(content: readonly NotFollowed[], takenAt: Instant): readonly GatheredEvidence[] {
  if (content.length === 0) return [];
  const counts = content.map(({ what, count }) => `${count} more ${what}`).join(', ');
  return [
    sealEvidence({
      kind: 'not-followed',
      source: 'the case itself',
      takenAt,
      content,
      availability: 'partial',
      why: `${counts} were not followed.`,
    }),
  ];
}

/** One after the other: evidence must not crowd out polling's share of AWS's request limits. */
async function eachInTurn<T, R>(items: readonly T[], gather: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await gather(item));
  return results;
}
