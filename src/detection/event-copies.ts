import type { JsonObject, JsonValue } from '../model/json.ts';
import { type FieldTable, textOf } from './event-fields.ts';
import type { Candidate, DetectionEvent } from './rule-type.ts';

/** Reads what makes an event a copy of another, as part of a candidate's payload. */
export type CopyReader = (event: DetectionEvent) => JsonObject | null;

/** CloudTrail delivers a correction as a record with an ID of its own, which names the event that it corrects. */
export function createCopyReader(fields: FieldTable): CopyReader {
  const slot = fields.slotOf('aws.cloudtrail.addendum.original_event_id');
  return (event) => {
    const [corrected] = event.fields.values(slot);
    return corrected === undefined ? null : { corrects: textOf(corrected) };
  };
}

/**
 * Leaves out further copies of an event, which are those with the same account and event ID, and those that correct it; order
 * is kept.
 */
export function firstCopies(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ ref, payload }) => {
    const key = `${ref.accountId}/${correctedBy(payload) ?? ref.eventId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function correctedBy(payload: JsonValue): string | undefined {
  if (typeof payload !== 'object' || payload === null || !('corrects' in payload)) return undefined;
  return typeof payload.corrects === 'string' ? payload.corrects : undefined;
}
