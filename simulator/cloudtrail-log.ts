import { textOf } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { integerBetween } from './random.ts';
import type { Random } from './random.ts';

/** A record as CloudTrail writes it. */
export type TrailRecord = JsonObject;

/** One copy of a record on its way into an account-region's event history. */
export interface Delivery {
  readonly seq: number;
  readonly accountId: string;
  readonly region: string;
  readonly eventId: string;
  readonly eventTimeMs: number;
  /** When LookupEvents begins to show it. */
  readonly visibleAtMs: number;
  readonly kind: 'original' | 'duplicate' | 'corrected';
  readonly record: TrailRecord;
  /** What stands in place of the record's JSON, for records that are broken. */
  readonly text?: string;
}

/** What an insertion may say beyond the record; an original record in its own JSON when it says nothing. */
export interface DeliveryDetails {
  readonly kind?: Delivery['kind'];
  readonly text?: string;
}

/** How long records take until they are visible, drawn evenly from this range. */
export interface DelayRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** What goes wrong with the delivery of matching records; `times` null means until it is removed. */
export interface DeliveryFault {
  readonly id: string;
  readonly kind: 'late' | 'duplicate' | 'corrected' | 'lost';
  readonly match: {
    readonly eventName?: string;
    readonly accountId?: string;
    readonly region?: string;
    readonly accessKeyId?: string;
  };
  readonly delayMs: number;
  times: number | null;
}

export interface CloudTrailLog {
  /** Delivers a record after the usual delay, or as the delivery faults have it. */
  write(accountId: string, region: string, record: TrailRecord, nowMs: number): void;
  /** Puts a record in with its moment of visibility given. */
  insert(accountId: string, region: string, record: TrailRecord, visibleAtMs: number, more?: DeliveryDetails): void;
  /** Takes back what was persisted. */
  restore(delivery: Delivery): void;
  /** The deliveries of an account-region, oldest event first. */
  deliveriesOf(accountId: string, region: string): readonly Delivery[];
  /** Every delivery after a sequence number, in the order in which they were made. */
  deliveriesAfter(seq: number): readonly Delivery[];
  readonly faults: DeliveryFault[];
}

/** Keeps the event histories; `onDelivery` is called before a delivery can be seen, so that it can be persisted. */
export function createCloudTrailLog(options: {
  readonly delay: DelayRange;
  readonly random: Random;
  readonly onDelivery: (delivery: Delivery) => void;
}): CloudTrailLog {
  const histories = new Map<string, Delivery[]>();
  const all: Delivery[] = [];
  const faults: DeliveryFault[] = [];
  let lastSeq = 0;

  function keep(delivery: Delivery): void {
    const key = `${delivery.accountId}/${delivery.region}`;
    const history = histories.get(key) ?? [];
    if (!histories.has(key)) histories.set(key, history);
    history.splice(insertionIndex(history, delivery), 0, delivery);
    all.push(delivery);
    lastSeq = Math.max(lastSeq, delivery.seq);
  }

  function insert(
    accountId: string,
    region: string,
    record: TrailRecord,
    visibleAtMs: number,
    { kind = 'original', text }: DeliveryDetails = {},
  ): void {
    const eventTimeMs = Date.parse(textOf(record['eventTime']));
    const eventId = textOf(record['eventID']);
    const delivery = {
      seq: lastSeq + 1,
      accountId,
      region,
      eventId,
      eventTimeMs,
      visibleAtMs,
      kind,
      record,
      ...(text === undefined ? {} : { text }),
    };
    options.onDelivery(delivery);
    keep(delivery);
  }

  return {
    faults,
    insert,
    restore: keep,
    write(accountId, region, record, nowMs) {
      const usual = nowMs + integerBetween(options.random, options.delay.minMs, options.delay.maxMs);
      const fault = takeFault(faults, accountId, region, record);
      if (fault?.kind === 'lost') return;
      if (fault?.kind === 'late') {
        insert(accountId, region, withAddendum(record, 'DELIVERY_DELAY', {}), usual + fault.delayMs);
        return;
      }
      insert(accountId, region, record, usual);
      if (fault?.kind === 'duplicate') insert(accountId, region, record, usual + fault.delayMs, { kind: 'duplicate' });
      if (fault?.kind === 'corrected')
        insert(accountId, region, corrected(record), usual + fault.delayMs, { kind: 'corrected' });
    },
    deliveriesOf: (accountId, region) => histories.get(`${accountId}/${region}`) ?? [],
    deliveriesAfter: (seq) => all.filter((delivery) => delivery.seq > seq),
  };
}

function takeFault(
  faults: DeliveryFault[],
  accountId: string,
  region: string,
  record: TrailRecord,
): DeliveryFault | undefined {
  const identity = record['userIdentity'] as JsonObject | undefined;
  const seen = { accountId, region, eventName: record['eventName'], accessKeyId: identity?.['accessKeyId'] };
  const fault = faults.find(
    ({ match, times }) =>
      times !== 0 && Object.entries(match).every(([key, wanted]) => seen[key as keyof typeof seen] === wanted),
  );
  if (fault?.times) fault.times -= 1;
  return fault;
}

/** The corrected copy of a record: the same event ID, another content, and an addendum that says so. */
function corrected(record: TrailRecord): TrailRecord {
  const reason = {
    updatedFields: 'additionalEventData',
    originalRequestID: record['requestID'] ?? null,
    originalEventID: record['eventID'] ?? null,
  };
  return withAddendum({ ...record, additionalEventData: { correctedBy: 'cloudtrail' } }, 'UPDATED_DATA', reason);
}

function withAddendum(record: TrailRecord, reason: string, more: Readonly<Record<string, JsonValue>>): TrailRecord {
  return { ...record, addendum: { reason, ...more } };
}

function insertionIndex(history: readonly Delivery[], delivery: Delivery): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = history[middle];
    if (other && compareDeliveries(other, delivery) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Orders by event time, then by arrival. */
export function compareDeliveries(
  a: Pick<Delivery, 'eventTimeMs' | 'seq'>,
  b: Pick<Delivery, 'eventTimeMs' | 'seq'>,
): number {
  return a.eventTimeMs - b.eventTimeMs || a.seq - b.seq;
}
