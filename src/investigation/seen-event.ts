import type { Actor } from '../model/actor.ts';
import type { IdentityId } from '../model/identity.ts';
import type { Instant, SourceId } from '../model/ids.ts';
import type { EcsDocument, EventRef } from '../model/trail-event.ts';
import { actorOf } from '../cloudtrail/actor.ts';
import { objectIn, textAt } from '../cloudtrail/ecs-path.ts';
import { callOf, isTrue, type EffectCall } from './effects/call.ts';
import { targetsOf } from './effects/call-targets.ts';
import type { Effect, EffectKind } from './effects/effect.ts';
import { workOf } from './effects/effects-of.ts';
import { lockOutsOf, type LockOutEffect } from './effects/lock-outs.ts';
import { callerOf, type EventCaller } from '../cloudtrail/caller.ts';
import { plainAction } from './plain-action.ts';

/** An event as it was found, in the event store or by LookupEvents. */
export interface FoundEvent {
  readonly ref: EventRef;
  readonly at: Instant;
  /** It is a record of a call of ours. */
  readonly own: boolean;
  /** By which log sources it came; empty where that is not known. */
  readonly seenBy?: readonly SourceId[];
  /** Why it is not known to have happened; absent where the account's own trail shows it. */
  readonly unconfirmed?: Unconfirmed;
  readonly ecs: EcsDocument;
}

/**
 * A record that came by import alone: its account is watched, and its trail has not shown it (`not-shown`) or is not due to have
 * (`awaited`); or nobody watches the account.
 */
export type Unconfirmed = 'not-shown' | 'awaited' | 'nobody-watches';

/** Whether a watched account's own trail should show an event and does not: anybody can have written the record. */
export function isUnconfirmed({ unconfirmed }: { readonly unconfirmed?: Unconfirmed }): boolean {
  return unconfirmed === 'not-shown' || unconfirmed === 'awaited';
}

/** What evidence keeps of an event. Texts are as the log has them: whoever shows them strips them. */
export interface SeenEvent {
  readonly ref: EventRef;
  readonly at: Instant;
  readonly actor: Actor;
  /** Who called, and with what: the session, user or root; the person; the access key or console session. */
  readonly callers: readonly IdentityId[];
  readonly provider: string;
  /** Without the version of its interface that some services append. */
  readonly action: string;
  readonly outcome: 'success' | 'failure';
  /** It changed nothing; CloudTrail's own word. */
  readonly readOnly: boolean;
  /** A record of a call of ours. */
  readonly own: boolean;
  /** By which log sources it came, where that is known. */
  readonly seenBy?: readonly SourceId[];
  /** Absent where the account's own trail shows it. */
  readonly unconfirmed?: Unconfirmed;
  /** The ID of the event that it is a corrected copy of, where it has an ID of its own. */
  readonly corrects?: string;
  readonly errorCode?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly identityArn?: string;
  /** When the session that made the call began. */
  readonly sessionFrom?: Instant;
  /** What the session's credentials were issued to, where its record says so: a function's ARN, or another resource's (CloudTrail's `inScopeOf`). */
  readonly issuedTo?: string;
  readonly sourceAddress?: string;
  /** Network and country of the address, where it was enriched. */
  readonly sourcePlace?: string;
  readonly userAgent?: string;
  /** What the call was made on, by the names in it. */
  readonly targets: readonly string[];
  /** What it left behind, gave or took away; empty where it did not succeed. */
  readonly effects: readonly Effect[];
  /** Whom it locked out of what; absent where it did not. */
  readonly lockOuts?: readonly LockOutEffect[];
  /** What it would have done, where it did not succeed. */
  readonly attempted: readonly EffectKind[];
}

/** Reduces an event to what evidence keeps. */
export function seenEvent(found: FoundEvent): SeenEvent {
  return seenBy(found, callerOf(found.ecs));
}

/** The same, for whoever has asked already who called: {@link callerOf} of its document. */
export function seenBy(found: FoundEvent, caller: EventCaller): SeenEvent {
  const { ecs } = found;
  const call = callOf(ecs);
  const { identity, person, credential } = caller;
  const signedBy = objectIn(ecs, 'aws.cloudtrail.user_identity');
  const optional = {
    corrects: textAt(ecs, 'aws.cloudtrail.addendum.original_event_id'),
    errorCode: textAt(ecs, 'aws.cloudtrail.error_code'),
    region: textAt(ecs, 'cloud.region'),
    accessKeyId: textAt(signedBy, 'access_key_id'),
    identityArn: textAt(signedBy, 'arn'),
    sessionFrom: textAt(signedBy, 'session_context.creation_date') as Instant | undefined,
    issuedTo: textAt(signedBy, 'in_scope_of.credentials_issued_to') ?? textAt(signedBy, 'in_scope_of.issuer_type'),
    sourceAddress: textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip'),
    sourcePlace: placeOf(ecs),
    userAgent: textAt(ecs, 'user_agent.original'),
    seenBy: found.seenBy,
    unconfirmed: found.unconfirmed,
    lockOuts: lockedOutBy(ecs, call),
  };
  return {
    ref: found.ref,
    at: found.at,
    actor: actorOf(ecs),
    callers: [identity, person, credential].flatMap((each) => (each === null ? [] : [each.id])),
    provider: textAt(ecs, 'event.provider') ?? 'unknown',
    action: plainAction(textAt(ecs, 'event.action') ?? 'unknown'),
    outcome: textAt(ecs, 'event.outcome') === 'success' ? 'success' : 'failure',
    readOnly: isTrue(ecs, 'aws.cloudtrail.read_only'),
    own: found.own,
    targets: call === undefined ? [] : targetsOf(call),
    ...workOf(ecs, call),
    ...withoutUndefined(optional),
  };
}

function lockedOutBy(ecs: EcsDocument, call: EffectCall | undefined): readonly LockOutEffect[] | undefined {
  if (call === undefined || textAt(ecs, 'event.outcome') !== 'success') return undefined;
  const found = lockOutsOf(call);
  return found.length === 0 ? undefined : found;
}

function placeOf(ecs: EcsDocument): string | undefined {
  const network = textAt(ecs, 'source.as.organization.name');
  const country = textAt(ecs, 'source.geo.country_iso_code') ?? textAt(ecs, 'source.geo.country_name');
  const parts = [network, country].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(object: T): Defined<T> {
  const kept: { [K in keyof T]?: T[K] } = {};
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] !== undefined) kept[key] = object[key];
  return kept as Defined<T>; // the test is what makes it so
}

/** Oldest first; CloudTrail's times are whole seconds, so equal ones are told apart by event ID. */
export function byTime(a: SeenEvent, b: SeenEvent): number {
  return a.at === b.at ? compareText(a.ref.eventId, b.ref.eventId) : compareText(a.at, b.at);
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
