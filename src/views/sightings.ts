import { z } from 'zod';
import type { AccountId, Instant, SourceId } from '../model/ids.ts';
import { accountId, instant, sourceId } from './scalars.ts';

/** Of which events it is asked. */
export interface SightingsSpan {
  readonly accountId?: AccountId;
  /** Event time, inclusive. */
  readonly from?: Instant;
  readonly to?: Instant;
}

/** That a log source showed an event, whatever its revisions. */
export interface ExportedSighting {
  readonly accountId: AccountId;
  readonly eventId: string;
  readonly occurredAt: Instant;
  /** When the source first showed it. */
  readonly ingestedAt: Instant;
  readonly sourceId: SourceId;
}

export interface SightingsPorts {
  /** Every event with every log source that showed it, once, by account and event ID; one snapshot, in parts. */
  readonly sightings: (span: SightingsSpan) => AsyncIterable<readonly ExportedSighting[]>;
}

/** By the names that other systems' exports have, for whoever reconciles. */
export const sightingSchema = z.strictObject({
  account: accountId,
  event_id: z.string(),
  occurred_at: instant,
  ingested_at: instant,
  source: sourceId,
});
export type Sighting = z.infer<typeof sightingSchema>;

/** What was ingested, by which source, in parts. */
export async function* sightings(ports: SightingsPorts, span: SightingsSpan): AsyncGenerator<readonly Sighting[]> {
  for await (const part of ports.sightings(span)) yield part.map(named);
}

function named({ accountId: account, eventId, occurredAt, ingestedAt, sourceId: source }: ExportedSighting): Sighting {
  return { account, event_id: eventId, occurred_at: occurredAt, ingested_at: ingestedAt, source };
}
