import type { Delivery } from '../../../simulator/cloudtrail-log.ts';
import type { Flaw } from './flaw.ts';

/** A row of the store's events. */
export interface StoredEvent {
  readonly accountId: string;
  readonly eventId: string;
  readonly revision: number;
  readonly publishedSeq: bigint | null;
  readonly raw: string;
}

/** A row of the store's records that were not understood. */
export interface StoredMalformed {
  readonly accountId: string;
  readonly region: string;
  /** As LookupEvents says beside the record; null where it says none. */
  readonly eventId: string | null;
  readonly raw: string;
}

export interface StoredRecords {
  readonly events: readonly StoredEvent[];
  readonly malformed: readonly StoredMalformed[];
}

/**
 * Compares what the store holds with what the simulator delivered: each event once, a revision for each other content under the
 * same ID, broken records kept as they came, once for each event that they are of.
 *
 * @param settledMs deliveries of events up to this time (milliseconds since 1970) must be there; younger ones may be on their way.
 */
export function checkEventsOnce(
  deliveries: readonly Delivery[],
  stored: StoredRecords,
  settledMs: number,
): readonly Flaw[] {
  const delivered = new Map<string, { readonly settled: boolean }>();
  for (const delivery of deliveries) {
    const key = deliveryKey(delivery);
    const settled = delivery.eventTimeMs <= settledMs;
    if (!delivered.has(key) || settled) delivered.set(key, { settled });
  }
  const found = [...stored.events.map(eventKey), ...stored.malformed.map(malformedKey)];
  const times = Map.groupBy(found, (key) => key);
  const flaws: Flaw[] = [];
  for (const [key, { settled }] of delivered)
    if (settled && !times.has(key)) flaws.push({ kind: 'loss', subject: key });
  for (const [key, copies] of times) {
    if (copies.length > 1) flaws.push({ kind: 'double', subject: `${key} (${copies.length} times)` });
    if (!delivered.has(key)) flaws.push({ kind: 'invention', subject: key });
  }
  return [...flaws, ...checkRevisions(stored.events), ...checkPublished(stored.events, delivered)];
}

/** The copies of an event are numbered from 0 on. */
function checkRevisions(events: readonly StoredEvent[]): readonly Flaw[] {
  const flaws: Flaw[] = [];
  for (const [subject, copies] of Map.groupBy(events, (event) => `${event.accountId} ${event.eventId}`)) {
    const numbers = copies.map(({ revision }) => revision).toSorted((a, b) => a - b);
    if (numbers.some((number, index) => number !== index)) {
      flaws.push({ kind: 'double', subject: `${subject} has the revisions ${numbers.join(', ')}` });
    }
  }
  return flaws;
}

/** Each settled event has a number of its own, by which detection sees it once. */
function checkPublished(
  events: readonly StoredEvent[],
  delivered: ReadonlyMap<string, { readonly settled: boolean }>,
): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const numbers = new Set<bigint>();
  for (const event of events) {
    const key = eventKey(event);
    if (event.publishedSeq === null) {
      if (delivered.get(key)?.settled === true) flaws.push({ kind: 'unpublished', subject: key });
      continue;
    }
    if (numbers.has(event.publishedSeq)) {
      flaws.push({ kind: 'unpublished', subject: `${key} shares number ${event.publishedSeq}` });
    }
    numbers.add(event.publishedSeq);
  }
  return flaws;
}

function deliveryKey({ accountId, region, eventId, record, text }: Delivery): string {
  const raw = text ?? JSON.stringify(record);
  const understood = understand(raw);
  return understood === null
    ? malformedKey({ accountId, region, eventId, raw })
    : eventKey({ accountId, eventId: understood.eventId, raw });
}

function eventKey({ accountId, eventId, raw }: Pick<StoredEvent, 'accountId' | 'eventId' | 'raw'>): string {
  return `${accountId} ${eventId} ${contentOf(raw)}`;
}

function malformedKey({ accountId, region, eventId, raw }: StoredMalformed): string {
  return `malformed ${accountId} ${region} ${eventId ?? 'no event'} ${raw}`;
}

/** What is JSON, an object, and has an ID and a time, is an event; all else is a broken record. */
export function understand(raw: string): { readonly eventId: string; readonly record: object } | null {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { eventID, eventTime } = value as { readonly eventID?: unknown; readonly eventTime?: unknown };
  if (typeof eventID !== 'string' || eventID === '') return null;
  if (typeof eventTime !== 'string' || Number.isNaN(Date.parse(eventTime))) return null;
  return { eventId: eventID, record: value };
}

/** The content whatever the order of its keys. */
function contentOf(raw: string): string {
  return JSON.stringify(ordered(JSON.parse(raw)));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, ordered(member)]),
  );
}
