import type { JsonObject, JsonValue } from '../../model/json.ts';
import { type Correcting, originsOf } from '../../model/correction-chain.ts';
import { type EcsDocument, eventKey, type EventRef } from '../../model/trail-event.ts';
import { textAt } from '../../cloudtrail/ecs-path.ts';
import type { FieldTable } from '../fields/event-fields.ts';
import { textOf } from '../fields/field-value.ts';
import type { Candidate, DetectionEvent } from '../rule-type.ts';

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

/** The correction that an event is, by the same field of its document. */
export function correctionIn(ref: EventRef, document: EcsDocument): Correcting | null {
  const corrects = textAt(document, 'aws.cloudtrail.addendum.original_event_id') ?? '';
  return eventIdForm.test(corrects) ? { ref, corrects } : null;
}

/**
 * Candidates that name what they correct in the end, as far as it is known: the corrections between may be no candidates, and then
 * nothing else leads from one to the other.
 */
export function withOrigins<C extends Candidate>(
  candidates: readonly C[],
  originOf: ReturnType<typeof originsOf> | null,
): readonly C[] {
  if (originOf === null) return candidates;
  return candidates.map((candidate) => {
    const { ref, payload } = candidate;
    const corrects = correctedBy(payload);
    if (corrects === undefined) return candidate;
    const origin = originOf({ accountId: ref.accountId, eventId: corrects }).eventId;
    if (origin === corrects) return candidate;
    return { ...candidate, payload: { ...(payload as JsonObject), corrects: origin } }; // it has a field
  });
}

/** What names no event corrects none; nothing else gets to where IDs are looked up. */
const eventIdForm = /^[\x21-\x7e]{1,200}$/;

/** The ID of the event that a candidate's event corrects. */
export function correctedBy(payload: JsonValue): string | undefined {
  if (typeof payload !== 'object' || payload === null || !('corrects' in payload)) return undefined;
  return typeof payload.corrects === 'string' ? payload.corrects : undefined;
}

/**
 * Tells for each event what it is a copy of, as far as these candidates tell: events with the same key are one, which came again
 * with the same ID, or as a correction, or as the correction of one.
 */
export function copyKeys(candidates: readonly Candidate[]): (candidate: Pick<Candidate, 'ref'>) => string {
  const originOf = originNames(correctionsAmong(candidates));
  return ({ ref }) => `${ref.accountId}/${originOf(ref)}`;
}

/** The corrections that candidates are. */
function correctionsAmong(candidates: readonly Candidate[]): readonly Correcting[] {
  return candidates.flatMap(({ ref, payload }) => {
    const corrects = correctedBy(payload);
    return corrects === undefined ? [] : [{ ref, corrects }];
  });
}

/** The ID of the event that each one is a copy of, by known corrections. */
export function originNames(corrections: readonly Correcting[]): (ref: EventRef) => string {
  if (corrections.length === 0) return ({ eventId }) => eventId;
  const originOf = originsOf(corrections);
  return (ref) => originOf(ref).eventId;
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
    if (known === undefined || (eventKey(candidate.ref) === key && eventKey(known.ref) !== key))
      kept.set(key, candidate);
  }
  return kept.size === candidates.length ? candidates : candidates.filter((each) => kept.get(copyKey(each)) === each);
}
