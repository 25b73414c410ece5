import type { Actor } from '../model/actor.ts';
import type { Instant } from '../model/ids.ts';
import type { EcsDocument, EventRef } from '../model/trail-event.ts';
import { actorOf } from './actor.ts';
import { textAt } from './ecs-path.ts';
import { effectOf, type EventEffect } from './event-effect.ts';

/** An event as it was found, in the event store or by LookupEvents. */
export interface FoundEvent {
  readonly ref: EventRef;
  readonly at: Instant;
  /** It is a record of a call of ours. */
  readonly own: boolean;
  readonly ecs: EcsDocument;
}

/** What evidence keeps of an event. Texts are as the log has them: whoever shows them strips them. */
export interface SeenEvent {
  readonly ref: EventRef;
  readonly at: Instant;
  readonly actor: Actor;
  readonly provider: string;
  readonly action: string;
  readonly outcome: 'success' | 'failure';
  readonly errorCode?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly identityArn?: string;
  /** When the session that made the call began. */
  readonly sessionFrom?: Instant;
  readonly sourceAddress?: string;
  readonly userAgent?: string;
  readonly effect?: EventEffect;
}

/** Reduces an event to what evidence keeps. */
export function seenEvent(found: FoundEvent): SeenEvent {
  const { ecs } = found;
  const optional = {
    errorCode: textAt(ecs, 'aws.cloudtrail.error_code'),
    region: textAt(ecs, 'cloud.region'),
    accessKeyId: textAt(ecs, 'aws.cloudtrail.user_identity.access_key_id'),
    identityArn: textAt(ecs, 'aws.cloudtrail.user_identity.arn'),
    sessionFrom: textAt(ecs, 'aws.cloudtrail.user_identity.session_context.creation_date') as Instant | undefined,
    sourceAddress: textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip'),
    userAgent: textAt(ecs, 'user_agent.original'),
    effect: effectOf(ecs),
  };
  return {
    ref: found.ref,
    at: found.at,
    actor: actorOf(ecs),
    provider: textAt(ecs, 'event.provider') ?? 'unknown',
    action: textAt(ecs, 'event.action') ?? 'unknown',
    outcome: textAt(ecs, 'event.outcome') === 'success' ? 'success' : 'failure',
    ...withoutUndefined(optional),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>; // the filter is what makes it so
}
