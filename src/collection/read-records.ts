import { type AddressLookup, enrichSource } from '../cloudtrail/enrich.ts';
import { MalformedRecordError } from '../cloudtrail/malformed-record-error.ts';
import { normalizeRecord } from '../cloudtrail/normalize.ts';
import { canonicalDigest, sha256Hex } from '../digest/canonical-digest.ts';
import type { AccountId, Digest, Instant } from '../model/ids.ts';
import { parseJson } from '../model/parse-json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { wellFormed } from '../model/well-formed.ts';
import { trailInstantOfMs } from '../model/instant.ts';
import type { MalformedRecord, NormalizedRecord, ShownRecord } from './ports.ts';

/** A page's records, told apart into those that were understood and those that are kept as they came. */
export interface ReadRecords {
  readonly records: readonly NormalizedRecord[];
  readonly malformed: readonly MalformedRecord[];
}

/**
 * Reads the JSON text of CloudTrail records. A record that is none is kept and marked, under the event ID that is beside its text
 * or in it; the others go on.
 *
 * @param shown a text alone where nothing is beside it.
 * @param accountId the account whose trail showed them: an event is known by it and its event ID.
 * @param enrich of `source.geo` and `source.as`; events keep what it knew when they were read.
 */
export function readShownRecords(
  shown: readonly (ShownRecord | string)[],
  accountId: AccountId,
  ingestedAt: Instant,
  enrich?: AddressLookup,
): ReadRecords {
  const records: NormalizedRecord[] = [];
  const malformed: MalformedRecord[] = [];
  for (const each of shown) {
    const { text, eventId } = typeof each === 'string' ? { text: each } : each;
    try {
      const record = readRecord(text, accountId, ingestedAt);
      records.push(enrich === undefined ? record : { ...record, ecs: enrichSource(record.ecs, enrich) });
    } catch (error) {
      if (!(error instanceof MalformedRecordError)) throw error;
      malformed.push(malformedRecord(text, error.problem, eventId));
    }
  }
  return { records, malformed };
}

/** @param besideId the event ID that is beside the text. */
export function malformedRecord(text: string, problem: string, besideId?: JsonValue): MalformedRecord {
  const eventId = [besideId, idInText(text)].find(isEventId) ?? null;
  return { digest: textDigest(text), raw: text, problem, eventId };
}

/** A text that is cut, or no JSON, can still name its event. */
function idInText(text: string): string | undefined {
  return /"eventID"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,200})"/.exec(text)?.[1];
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
  if (!isEventId(value)) {
    throw new MalformedRecordError('eventID is missing, or no plain text of 200 characters or less');
  }
  return value;
}

function isEventId(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value);
}

function parsed(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseJson(text);
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
  return trailInstantOfMs(ms);
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
function textDigest(text: string): Digest {
  return `sha256:${sha256Hex(text)}`;
}
