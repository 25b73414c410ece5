import { pivotColumns } from '../../src/adapters/store/events/event-columns.ts';
import { recordDigest } from '../../src/collection/read-records.ts';
import type { FoundEvent } from '../../src/investigation/seen-event.ts';
import type { JsonObject } from '../../src/model/json.ts';

/** The row of the event store for a record that has just come in, and is not published yet. */
export function eventRow(raw: JsonObject, { ref, at, ecs }: FoundEvent) {
  const requestId = typeof raw['requestID'] === 'string' ? raw['requestID'] : null;
  return {
    account_id: ref.accountId,
    event_id: ref.eventId,
    revision: ref.revision,
    event_time: at,
    published_seq: null,
    record_digest: recordDigest(raw, JSON.stringify(raw)),
    ingested_at: at,
    ecs: JSON.stringify(ecs),
    raw: JSON.stringify(raw),
    ...pivotColumns({ eventId: ref.eventId, eventTime: at, requestId, ecs }),
  };
}
