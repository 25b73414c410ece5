import type { Instant } from '../model/ids.ts';
import type { IdentityId } from '../model/identity.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { textAt } from './ecs-path.ts';
import { callerOf, type EventCaller } from './caller.ts';

/** A call that an alert is about: where a walk begins. */
export interface Seed {
  /** Whom the call is put down to: the person where the record names one, else what signed it. */
  readonly principal: IdentityId;
  readonly identity: IdentityId;
  readonly credential: IdentityId | null;
  readonly at: Instant;
  readonly source: string | null;
}

/** A call as a walk begins at it. */
export function seedOf({ identity, person, credential }: EventCaller, at: Instant, source: string | null): Seed {
  return {
    principal: (person ?? identity).id,
    identity: identity.id,
    credential: credential?.id ?? null,
    at,
    source,
  };
}

/** The same of an event. */
export function seedOfEvent(ecs: EcsDocument): Seed {
  const at = (textAt(ecs, '@timestamp') ?? '') as Instant; // no document is without one
  return seedOf(callerOf(ecs), at, textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip') ?? null);
}
