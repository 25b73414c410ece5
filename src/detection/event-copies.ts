import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { FieldTable } from './event-fields.ts';
import { textOf } from './field-value.ts';
import type { Candidate, DetectionEvent } from './rule-type.ts';

/** Reads what makes an event a copy of another, as part of a candidate's payload. */
export type CopyReader = (event: DetectionEvent) => JsonObject | null;

/** CloudTrail delivers a correction as a record with an ID of its own, which names the event that it corrects. */
export function createCopyReader(fields: FieldTable): CopyReader {
  const slot = fields.slotOf('aws.cloudtrail.addendum.original_event_id');
  return (event) => {
    const [value] = event.fields.values(slot);
    if (value === undefined) return null;
    const corrects = textOf(value);
    return eventIdForm.test(corrects) ? { corrects } : null;
  };
}

/** What names no event corrects none; nothing else gets to where IDs are looked up. */
const eventIdForm = /^[\x21-\x7e]{1,200}$/;

/** The ID of the event that a candidate's event corrects. */
export function correctedBy(payload: JsonValue): string | undefined {
  if (typeof payload !== 'object' || payload === null || !('corrects' in payload)) return undefined;
  return typeof payload.corrects === 'string' ? payload.corrects : undefined;
}

/**
 * Tells for each candidate what its event is a copy of: candidates with the same key are of one event, which came again with
 * the same ID, or as a correction, or as the correction of one.
 */
export function copyKeys(candidates: readonly Candidate[]): (candidate: Candidate) => string {
  const corrections = new Map<string, string>();
  for (const { ref, payload } of candidates) {
    const corrected = correctedBy(payload);
    if (corrected !== undefined) corrections.set(keyOf(ref), `${ref.accountId}/${corrected}`);
  }
  return ({ ref }) => {
    const key = keyOf(ref);
    return corrections.size === 0 ? key : originOf(key, corrections);
  };
}

/** Follows corrections of corrections; what goes round in circles ends at the least of its keys. */
function originOf(key: string, corrections: ReadonlyMap<string, string>): string {
  const passed = new Set<string>([key]);
  let origin = key;
  for (let next = corrections.get(origin); next !== undefined; next = corrections.get(origin)) {
    if (passed.has(next)) return [...passed].toSorted()[0] ?? key;
    passed.add(next);
    origin = next;
  }
  return origin;
}

function keyOf(ref: EventRef): string {
  return `${ref.accountId}/${ref.eventId}`;
}

/**
 * Leaves out further copies of an event: the one that all others correct stays where it is there, else the first; order is
 * kept.
 */
export function firstCopies<C extends Candidate>(candidates: readonly C[]): readonly C[] {
  if (candidates.length < 2) return candidates;
  const copyKey = copyKeys(candidates);
  const kept = new Map<string, C>();
  for (const candidate of candidates) {
    const key = copyKey(candidate);
    const known = kept.get(key);
    if (known === undefined || (keyOf(candidate.ref) === key && keyOf(known.ref) !== key)) kept.set(key, candidate);
  }
  return kept.size === candidates.length ? candidates : candidates.filter((each) => kept.get(copyKey(each)) === each);
}
