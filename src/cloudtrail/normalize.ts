import type { Instant } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { MalformedRecordError } from './malformed-record-error.ts';

export interface NormalizeOptions {
  /** Becomes `event.ingested`; without it the field is left out, so that the same record gives the same document. */
  readonly ingestedAt?: Instant;
}

/**
 * Makes the ECS document of a CloudTrail record, as the AWS integration of the peer does.
 *
 * @throws MalformedRecordError where the record has no event ID, time, name or source.
 */
export function normalizeRecord(raw: JsonObject, _options: NormalizeOptions = {}): EcsDocument {
  if (typeof raw.eventID !== 'string') throw new MalformedRecordError('eventID is missing');
  return {};
}
