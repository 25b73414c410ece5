import { type AddressLookup, enrichSource } from '../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../cloudtrail/malformed-record-error.ts';
import { normalizeRecord } from '../cloudtrail/normalize.ts';
import { canonicalDigest, sha256Hex } from '../digest/canonical-digest.ts';
import type { AccountId, Digest, Instant } from '../model/ids.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { wellFormed } from '../model/well-formed.ts';
import type { MalformedRecord, NormalizedRecord } from './ports.ts';

/** A page's records, told apart into those that were understood and those that are kept as they came. */
export interface ReadRecords {
  readonly records: readonly NormalizedRecord[];
  readonly malformed: readonly MalformedRecord[];
}

/**
 * Reads the JSON text of CloudTrail records. A record that is none is kept and marked; the others go on.
 *
 * @param accountId the account whose trail showed them: an event is known by it and its event ID.
 * @param enrich of `source.geo` and `source.as`; events keep what it knew when they were read.
 */
export function readRecords(
  texts: readonly string[],
  accountId: AccountId,
  ingestedAt: Instant,
  enrich?: AddressLookup,
): ReadRecords {
  const records: NormalizedRecord[] = [];
  const malformed: MalformedRecord[] = [];
  for (const text of texts) {
    try {
      const record = readRecord(text, accountId, ingestedAt);
      records.push(enrich === undefined ? record : { ...record, ecs: enrichSource(record.ecs, enrich) });
    } catch (error) {
      if (!(error instanceof MalformedRecordError)) throw error;
      malformed.push({ digest: textDigest(text), raw: text, problem: error.problem });
    }
  }
  return { records, malformed };
}

function readRecord(text: string, accountId: AccountId, ingestedAt: Instant): NormalizedRecord {
  const raw = parsed(text);
  // Once, here: what follows, from detection to audit, need not know that JSON can hold what is no text.
  const ecs = normalizeRecord(escapesSurrogate.test(text) ? wellFormed(raw) : raw, { ingestedAt });
  const { eventID, eventTime, requestID: requestId } = raw;
  return {
    accountId,
    eventId: eventIdOf(eventID),
    recordDigest: recordDigest(raw, text),
    eventTime: instantOf(eventTime),
    requestId: typeof requestId === 'string' && requestId !== '' ? requestId : null,
    ecs,
    raw: text,
  };
}

/** Decoded from UTF-8, a text has a lone surrogate only where its JSON escapes one. */
const escapesSurrogate = /\\u[dD][89a-fA-F]/;

/**
 * Event IDs are keys: what could not be one in every place that carries it is refused.
 *
 * @throws MalformedRecordError
 */
export function eventIdOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string' || value === '' || value.length > 200 || !printable.test(value)) {
    throw new MalformedRecordError('eventID is missing, or no plain text of 200 characters or less');
  }
  return value;
}

const printable = /^[\x21-\x7e]+$/;

function parsed(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue; // JSON.parse gives nothing else
  } catch {
    throw new MalformedRecordError('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedRecordError('it is no JSON object');
  }
  return value as JsonObject;
}

/** @throws MalformedRecordError where it is no time, or one that no record can have. */
export function instantOf(eventTime: JsonValue | undefined): Instant {
  const ms = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN;
  if (Number.isNaN(ms) || ms < earliestMs || ms > latestMs) throw new MalformedRecordError('eventTime is no time');
  return new Date(ms).toISOString().replace('.000Z', 'Z') as Instant;
}

/** CloudTrail began in 2013; what claims to be from outside of living memory is no record. */
const earliestMs = Date.UTC(2000);
const latestMs = Date.UTC(2200);

/** Over the record's content, so that the order of its keys does not make a revision. */
export function recordDigest(raw: JsonObject, text: string): Digest {
  try {
    return canonicalDigest(raw);
  } catch {
    return textDigest(text); // RFC 8785 has no form for lone surrogates
  }
}

/** Over a text as it is. */
export function textDigest(text: string): Digest {
  return `sha256:${sha256Hex(text)}`;
}
