import type { AccountId } from './ids.ts';
import type { JsonObject } from './json.ts';

/**
 * A CloudTrail record as an ECS document: nested objects (`{event: {action: ...}}`), never dotted keys.
 * Field names and mapping: Elastic's AWS integration, as `docs/ecs-mapping.md` lists it.
 */
export type EcsDocument = JsonObject;

export interface EventRef {
  readonly accountId: AccountId;
  readonly eventId: string;
  /** 0 for the first content seen under this event ID; CloudTrail may deliver corrected copies. */
  readonly revision: number;
}

/** A text key, for maps and sets. */
export function eventRefKey(ref: EventRef): string {
  return `${ref.accountId}/${ref.eventId}/${ref.revision}`;
}

/** A text key of an event, whichever copy of it: copies with other content are one event. */
export function eventKey({ accountId, eventId }: Pick<EventRef, 'accountId' | 'eventId'>): string {
  return `${accountId}/${eventId}`;
}
