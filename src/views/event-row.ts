import { actorOf, describeActor } from '../cloudtrail/actor.ts';
import { targetFields } from '../detection/alerts/alert-about.ts';
import { valuesAtPath } from '../detection/fields/document-fields.ts';
import type { StoredEvent } from './events.ts';

/** What a list shows of an event; texts are as the log's author wrote them. */
export interface EventRow {
  readonly time: string;
  readonly account: string;
  readonly region: string;
  readonly action: string;
  readonly provider: string;
  /** `success`, or the error code, or what else the outcome is. */
  readonly outcome: string;
  /** The person of a role's session before the role. */
  readonly user: string;
  /** What the call was made on, by name before ID; empty where the record names nothing. */
  readonly target: string;
  readonly accessKey: string;
  readonly address: string;
  readonly userAgent: string;
  readonly eventId: string;
  readonly revision: number;
}

/** What a call was made on, by name before ID; null where the record names nothing. */
export function targetOfEvent(ecs: StoredEvent['ecs']): string | null {
  const named = targetFields.map((path) => valuesAtPath(ecs, path).map(String).join(', '));
  return named.find((text) => text !== '') ?? null;
}

/** Whose call it was, in few words: of a role's session whoever had it before the role, which many have. */
export function shownCaller(ecs: StoredEvent['ecs']): string {
  const actor = actorOf(ecs);
  if (actor.kind === 'role-session') return `${actor.sessionName} (${actor.roleName})`;
  if (actor.kind === 'person' && actor.name !== undefined) return actor.name;
  const names = valuesAtPath(ecs, 'user.name').map(String).join(', ');
  return names === '' ? describeActor(actor) : names;
}

export function eventRow({ ecs, accountId, eventId, eventTime, revision }: StoredEvent): EventRow {
  function at(path: string): string {
    return valuesAtPath(ecs, path).map(String).join(', ');
  }
  const outcome = at('event.outcome');
  const errorCode = at('aws.cloudtrail.error_code');
  return {
    time: eventTime,
    account: accountId,
    region: at('cloud.region'),
    action: at('event.action'),
    provider: at('event.provider'),
    outcome: outcome === 'failure' && errorCode !== '' ? errorCode : outcome,
    user: shownCaller(ecs),
    target: targetOfEvent(ecs) ?? '',
    accessKey: at('aws.cloudtrail.user_identity.access_key_id'),
    address: at('source.address'),
    userAgent: at('user_agent.original'),
    eventId,
    revision,
  };
}
