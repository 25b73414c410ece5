import { z } from 'zod';
import { textAt } from '../cloudtrail/ecs-path.ts';
import { caseCalls } from '../investigation/case/case-calls.ts';
import type { FoundEvent } from '../investigation/seen-event.ts';
import { shownCaller, targetOfEvent } from './event-row.ts';
import type { EventRef } from '../model/trail-event.ts';
import { earliestFirst } from '../model/instant.ts';
import { liveCase, type LiveCasePorts } from './live-case.ts';
import { accountId, instant, list } from './scalars.ts';

export interface CaseEventsPorts extends LiveCasePorts {
  /** Those of some events that are in the store. */
  readonly eventsOf: (refs: readonly EventRef[]) => Promise<readonly FoundEvent[]>;
}

const text = z.string().nullable();

const caseEventSchema = z.strictObject({
  at: instant,
  account: accountId,
  region: text,
  eventId: z.string(),
  provider: text,
  action: text,
  outcome: text,
  errorCode: text,
  source: text,
  client: text,
  identityArn: text,
  /** Whose call it was, by name. */
  who: text,
  /** What the call was made on, by name before ID. */
  target: text,
});
export type CaseEvent = z.infer<typeof caseEventSchema>;

export const caseEventsSchema = z.strictObject({ events: list(caseEventSchema) });

const refsAtOnce = 500;

/**
 * The events of a case's calls as the event store has them, in parts, oldest first; what LookupEvents alone showed is not among them.
 *
 * @throws NoSuchCaseError
 */
export async function* caseEvents(ports: CaseEventsPorts, named: string): AsyncGenerator<readonly FoundEvent[]> {
  const { calls, unconfirmed } = caseCalls((await liveCase(ports, named)).material);
  const refs = oldestFirst([...calls, ...unconfirmed]).map(({ ref }) => ref);
  for (let from = 0; from < refs.length; from += refsAtOnce) {
    yield oldestFirst(await ports.eventsOf(refs.slice(from, from + refsAtOnce)));
  }
}

function oldestFirst<T extends { readonly at: string }>(events: readonly T[]): readonly T[] {
  return events.toSorted(earliestFirst);
}

/** An event of a case in a line. */
export function caseEvent({ ref, at, ecs }: FoundEvent): CaseEvent {
  return {
    at,
    account: ref.accountId,
    region: textAt(ecs, 'cloud.region') ?? null,
    eventId: ref.eventId,
    provider: textAt(ecs, 'event.provider') ?? null,
    action: textAt(ecs, 'event.action') ?? null,
    outcome: textAt(ecs, 'event.outcome') ?? null,
    errorCode: textAt(ecs, 'aws.cloudtrail.error_code') ?? null,
    source: textAt(ecs, 'source.address') ?? null,
    client: textAt(ecs, 'user_agent.original') ?? null,
    identityArn: textAt(ecs, 'aws.cloudtrail.user_identity.arn') ?? null,
    who: shownCaller(ecs) || null,
    target: targetOfEvent(ecs),
  };
}
